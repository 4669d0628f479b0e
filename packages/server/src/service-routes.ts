/** What the server tells about itself: alive, ready, models, contract, the playground's page. */
import fastifyStatic from "@fastify/static";
import { openApiDocument } from "@mien/contract/open-api";
import { serviceRoutes } from "@mien/contract/service-routes";
import type { LocalService } from "@mien/service/local-service";
import { modelReport } from "@mien/service/model-report";
import type { FastifyInstance } from "fastify";
import { jsonType } from "./error-answers.js";
import { version } from "./version.js";

/** Adds the routes that tell about the server, but for the metrics; they need no credential. */
export function addServiceRoutes(app: FastifyInstance, service: LocalService): void {
  app.get(serviceRoutes.isAlive.path, (_request, reply) =>
    reply.type(jsonType).send('{"status":"ok"}'),
  );
  app.get(serviceRoutes.isReady.path, async (_request, reply) => {
    await service.ready();
    return reply.type(jsonType).send('{"status":"ready"}');
  });
  const models = JSON.stringify(modelReport());
  app.get(serviceRoutes.listModels.path, (_request, reply) => reply.type(jsonType).send(models));
  const description = JSON.stringify(openApiDocument(version));
  app.get(serviceRoutes.describe.path, (_request, reply) => reply.type(jsonType).send(description));
}

/** @param directory of the playground's built files. */
export async function addPlayground(app: FastifyInstance, directory: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: directory,
    setHeaders: (response) => {
      response.setHeader(
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      );
      response.setHeader("referrer-policy", "no-referrer");
    },
  });
}
