import { picturesInClipboard } from "./clipboard.js";
import { endDialog } from "./dialog.js";
import { html, icon, svg, uniqueId } from "./elements.js";
import { newestRun } from "./newest-run.js";
import { readPictures, toJpeg, type Picture } from "./picture.js";
import type { Page } from "./view.js";

export interface PictureInputOptions {
  readonly title: string;
  readonly hint: string;
  /** Several pictures at once, and folders. */
  readonly multiple?: boolean;
  readonly compact?: boolean;
  /** Called when pictures are chosen. */
  readonly onChoice: () => TakeFiles;
}

/** Takes the files of a choice, once it is known which they are, and ends when it has read what it needs of them. */
export type TakeFiles = (files: readonly File[]) => Promise<void>;
type FindFiles = () => readonly File[] | Promise<readonly File[]>;

/**
 * For places of one picture: what is chosen takes the place of what was chosen before, also of what is still being read.
 * @returns what begins such a choice, and gives what takes its picture.
 */
export function newestChoice(show: (picture: Picture) => void): () => (picture: Picture) => void {
  const begin = newestRun();
  return () => {
    const isNewest = begin();
    return (picture) => {
      if (isNewest()) show(picture);
    };
  };
}

/** Reads as many pictures as there are places for; a folder may hold thousands. */
export function intoPlaces(page: Page, ...places: ((picture: Picture) => void)[]): TakeFiles {
  return async (files) => {
    const pictures = await readPictures(files, page.fail, places.length);
    pictures.forEach((picture, index) => places[index]!(picture));
  };
}

/** Reads all. @param take is called only where there is a picture among them. */
export function intoSet(page: Page, take: (pictures: readonly Picture[]) => void): TakeFiles {
  return async (files) => {
    const pictures = await readPictures(files, page.fail);
    if (pictures.length > 0) take(pictures);
  };
}

/** Finds and reads files, which for a whole folder takes its time. */
export function readChosen(page: Page, files: FindFiles, take: TakeFiles): Promise<void> {
  return page.busy("Reading pictures", async () => take(await files()));
}

/** A place that pictures are dropped on, pasted into, chosen for or taken with the camera. */
export function pictureInput(page: Page, options: PictureInputOptions): HTMLElement {
  const accept = (files: FindFiles) => void readChosen(page, files, options.onChoice());

  const id = uniqueId("file");
  const input = html("input", {
    type: "file",
    name: "files",
    id,
    class: "visually-hidden",
    accept: "image/*",
    multiple: options.multiple === true,
    onchange: () => {
      page.clearFailure();
      const files = [...(input.files ?? [])];
      input.value = "";
      accept(() => files);
    },
  });
  const folderId = uniqueId("folder");
  // The pictures of a folder, whatever else lies in it.
  const folderInput = html("input", {
    type: "file",
    name: "folder",
    id: folderId,
    class: "visually-hidden",
    webkitdirectory: true,
    onchange: () => {
      page.clearFailure();
      const files = [...(folderInput.files ?? [])];
      folderInput.value = "";
      const pictures = files.filter(({ type }) => type.startsWith("image/"));
      if (pictures.length > 0) accept(() => pictures);
      else page.fail(emptyFolder());
    },
  });
  const zone = html(
    "section",
    {
      class: options.compact === true ? "drop-zone compact" : "drop-zone",
      "aria-label": options.title,
      tabindex: "-1",
      ondragover: (event) => {
        event.preventDefault();
        zone.classList.add("over");
      },
      ondragleave: () => zone.classList.remove("over"),
      ondrop: (event) => {
        event.preventDefault();
        zone.classList.remove("over");
        page.clearFailure();
        accept(() => droppedFiles((event as DragEvent).dataTransfer!, page.fail));
      },
    },
    faceOutline(),
    html("h2", { class: "drop-title" }, options.title),
    html("p", { class: "muted" }, options.hint),
    html(
      "div",
      { class: "buttons" },
      input,
      html("label", { class: "button primary", for: id }, icon("upload"), "Choose"),
      ...(options.multiple === true
        ? [folderInput, html("label", { class: "button", for: folderId }, icon("folder"), "Folder")]
        : []),
      html(
        "button",
        {
          type: "button",
          name: "paste",
          class: "button",
          onclick: () => {
            page.clearFailure();
            accept(picturesInClipboard);
          },
        },
        icon("paste"),
        "Paste",
      ),
      html(
        "button",
        {
          type: "button",
          name: "camera",
          class: "button",
          onclick: () => {
            page.clearFailure();
            openCamera((file) => accept(() => [file]), page.fail);
          },
        },
        icon("camera"),
        "Camera",
      ),
    ),
  );
  return zone;
}

/** Lets Ctrl-V anywhere on the page bring pictures to whichever view is shown. */
export function onPagePaste(receive: (files: File[]) => void): void {
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])].filter(({ type }) =>
      type.startsWith("image/"),
    );
    if (files.length > 0) receive(files);
  });
}

const emptyFolder = () => new Error("There is no picture in that folder.");

/** The pictures among what was dropped, those of dropped folders included. What cannot be read is told of and passed over. */
async function droppedFiles(
  transfer: DataTransfer,
  fail: (error: unknown) => void,
): Promise<File[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry());
  const plain = [...transfer.files];
  if (!entries.some((entry) => entry?.isDirectory === true)) return plain;
  const files: File[] = [];
  const walk = async (entry: FileSystemEntry): Promise<void> => {
    if (entry.isFile) {
      const file = await new Promise<File>((resolve, reject) =>
        (entry as FileSystemFileEntry).file(resolve, reject),
      );
      if (file.type.startsWith("image/")) files.push(file);
      return;
    }
    const reader = (entry as FileSystemDirectoryEntry).createReader();
    // A reader answers a hundred entries at a time and an empty list at the end.
    for (;;) {
      const below = await new Promise<FileSystemEntry[]>((resolve, reject) =>
        reader.readEntries(resolve, reject),
      );
      if (below.length === 0) return;
      for (const one of below) await tryToWalk(one);
    }
  };
  const tryToWalk = async (entry: FileSystemEntry): Promise<void> => {
    try {
      await walk(entry);
    } catch {
      fail(new Error(`${entry.name} cannot be read.`));
    }
  };
  for (const entry of entries) if (entry !== null) await tryToWalk(entry);
  if (files.length === 0) fail(emptyFolder());
  return files;
}

/** Whether the browser, or the person, is being asked for the camera: a second click asks no second time. */
let cameraIsAskedFor = false;

function openCamera(take: (file: File) => void, fail: (error: unknown) => void): void {
  if (cameraIsAskedFor) return;
  const video = html("video", { autoplay: true, playsinline: true, class: "camera" });
  video.muted = true;
  let stream: MediaStream | undefined;
  const dialog = html(
    "dialog",
    {
      class: "dialog",
      "aria-label": "Camera",
      onclose: () => {
        for (const track of stream?.getTracks() ?? []) track.stop();
        endDialog(dialog);
      },
    },
    video,
    html(
      "div",
      { class: "buttons" },
      html(
        "button",
        {
          type: "button",
          class: "button primary",
          onclick: (event) => {
            const button = event.target as HTMLButtonElement;
            // A second click would take a second picture.
            button.disabled = true;
            void toJpeg(video).then(
              (blob) => {
                take(new File([blob], "camera.jpg", { type: "image/jpeg" }));
                dialog.close();
              },
              (error: unknown) => {
                button.disabled = false;
                fail(error);
              },
            );
          },
        },
        "Take the picture",
      ),
      html("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Cancel"),
    ),
  );
  if (!("mediaDevices" in navigator)) {
    fail(
      new Error("The browser lends its camera only to pages served over TLS or from this machine."),
    );
    return;
  }
  cameraIsAskedFor = true;
  navigator.mediaDevices.getUserMedia({ video: { facingMode: "user" } }).then(
    (granted) => {
      cameraIsAskedFor = false;
      stream = granted;
      video.srcObject = granted;
      document.body.append(dialog);
      dialog.showModal();
    },
    () => {
      cameraIsAskedFor = false;
      fail(new Error("There is no camera, or the browser was not allowed to use it."));
    },
  );
}

/** A face of dots, as landmarks draw one. */
function faceOutline(): SVGSVGElement {
  const points = [
    [30, 40],
    [42, 36],
    [54, 40],
    [66, 40],
    [78, 36],
    [90, 40],
    [34, 50],
    [41, 47],
    [41, 53],
    [48, 50],
    [72, 50],
    [79, 47],
    [79, 53],
    [86, 50],
    [56, 52],
    [64, 52],
    [54, 66],
    [66, 66],
    [51, 72],
    [69, 72],
    [60, 70],
    [46, 86],
    [60, 83],
    [60, 86],
    [60, 89],
    [60, 93],
    [74, 86],
  ] as const;
  return svg(
    "svg",
    { viewBox: "0 0 120 120", class: "outline", "aria-hidden": "true" },
    svg("path", {
      d: "M8 30V16a8 8 0 0 1 8-8h14M90 8h14a8 8 0 0 1 8 8v14M112 90v14a8 8 0 0 1-8 8H90M30 112H16a8 8 0 0 1-8-8V90",
      class: "outline-frame",
    }),
    ...points.map(([cx, cy]) => svg("circle", { cx, cy, r: 1.9 })),
  );
}
