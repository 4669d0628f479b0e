import type { DetectParameters } from "@mien/client";
import { copyTextOf } from "./clipboard.js";
import { html, icon } from "./elements.js";
import type { Exchange } from "./session.js";

/** A call as it went over the wire, and how to make it oneself. */
export function exchangePanel(
  { response, milliseconds }: Exchange,
  typescript: string,
): HTMLElement {
  const { request } = response;
  const { pathname, search } = new URL(request.url);
  const json = typeof request.body === "string";
  return html(
    "details",
    { class: "card exchange" },
    html("summary", {}, "Request and response"),
    snippet(
      `Request, answered ${response.status} in ${Math.round(milliseconds)} ms`,
      `POST ${decodeURIComponent(pathname + search).replaceAll(/[?&]/g, (mark) => `\n  ${mark}`)}\nContent-Type: ${request.headers.get("content-type") ?? ""}${json ? `\n\n${pretty(request.body as string)}` : "\n\n(the picture's bytes)"}`,
    ),
    snippet("Response", pretty(response.bodyAsText ?? "")),
    snippet("curl", curlCommand(request.url, json ? (request.body as string) : undefined)),
    snippet("TypeScript", typescript),
  );
}

/** A call of an operation with a JSON body, if it was answered. @param result what the answer is called. */
export function jsonExchange(
  exchange: Exchange | undefined,
  operation: "verifyFaceToFace" | "findSimilar" | "group",
  body: object,
  result: string,
): HTMLElement[] {
  if (exchange === undefined) return [];
  const call = `const ${result} = await client.${operation}(${JSON.stringify(body, null, 2)});`;
  return [exchangePanel(exchange, typescriptProgram(`${call}\nconsole.log(${result});`))];
}

/** The command that makes the same call. The key stays out of it. */
function curlCommand(url: string, body: string | undefined): string {
  const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  return [
    `curl -s ${quote(url)}`,
    `-H "Ocp-Apim-Subscription-Key: $MIEN_KEY"`,
    `-H "Content-Type: ${body === undefined ? "application/octet-stream" : "application/json"}"`,
    body === undefined ? "--data-binary @photo.jpg" : `-d ${quote(body)}`,
  ].join(" \\\n  ");
}

/** A program that makes one call with the client. */
function typescriptProgram(call: string): string {
  const file = call.includes("picture") ? 'import { readFile } from "node:fs/promises";\n' : "";
  const read = call.includes("picture") ? 'const picture = await readFile("photo.jpg");\n' : "";
  return `${file}import { AzureKeyCredential, FaceClient } from "@mien/client";

const client = new FaceClient(
  ${JSON.stringify(location.origin)},
  new AzureKeyCredential(process.env.MIEN_KEY!),
);
${read}${call}
`;
}

export function detectProgram(parameters: DetectParameters): string {
  return typescriptProgram(
    `const faces = await client.detect(picture, ${JSON.stringify(parameters, null, 2)});\nconsole.log(faces);`,
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function snippet(title: string, text: string): HTMLElement {
  const label = html("span", {}, "Copy");
  const code = html("code", {}, text);
  return html(
    "div",
    { class: "snippet" },
    html(
      "div",
      { class: "snippet-head" },
      html("h3", {}, title),
      html(
        "button",
        {
          type: "button",
          class: "button quiet",
          "aria-label": `Copy: ${title}`,
          onclick: () =>
            void copyTextOf(code).then((copied) => {
              label.textContent = copied ? "Copied" : "Selected: copy it by keyboard";
              setTimeout(() => (label.textContent = "Copy"), copied ? 1500 : 5000);
            }),
        },
        icon("copy"),
        label,
      ),
    ),
    html("pre", { tabindex: "0", role: "region", "aria-label": title }, code),
  );
}
