import { Download, Eye, File } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import type { Item } from "~/model/document";
import { Button, Empty, tellFailure } from "~/ui";
import css from "./data.module.css";
import { sizeOf } from "./sizes";
import type { ViewProps } from "./views";

type Ref = NonNullable<Item["binary"]>[string];

/** The files of the items: to look at and to download. */
export function BinaryView({ items, start, search }: ViewProps) {
  const { t } = useTranslation();
  const files = items.flatMap((item, at) =>
    Object.entries(item?.binary ?? {}).map(([field, file]) => ({ index: start + at, field, file })),
  );
  const wanted = search.toLowerCase();
  const shown = files.filter(({ field, file }) =>
    `${field} ${file.file_name ?? ""} ${file.media_type ?? ""}`.toLowerCase().includes(wanted),
  );
  if (files.length === 0) {
    return <Empty title={t("data.noFiles")} icon={<File aria-hidden />} />;
  }
  return (
    <div className={css.scroller}>
      <ul className={css.files}>
        {shown.map(({ index, field, file }) => (
          <li key={`${index}/${field}`} className={css.file}>
            <strong>{file.file_name || field}</strong>
            <span className={css.note}>
              {[
                t("data.item", { index: index + 1 }),
                field,
                file.media_type,
                sizeOf(file.size ?? 0),
              ].join(" · ")}
            </span>
            <FileShown file={file} name={file.file_name || field} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** As a picture, SVG runs no scripts and fetches nothing. */
const IMAGES = new Set([
  "image/png",
  "image/jpeg",
  "image/gif",
  "image/webp",
  "image/avif",
  "image/svg+xml",
]);
const TEXT = /^text\/|json|xml|csv|yaml|javascript/;
/** Looked at in the page; what is larger is downloaded. */
const MOST_SHOWN = 1_000_000;
const MOST_TEXT = 20_000;

function FileShown({ file, name }: { readonly file: Ref; readonly name: string }) {
  const { t } = useTranslation();
  const [image, setImage] = useState("");
  const [text, setText] = useState<string | null>(null);
  const media = (file.media_type ?? "").split(";")[0] ?? "";
  const size = file.size ?? 0;
  useEffect(() => () => URL.revokeObjectURL(image), [image]);
  const canShow = size <= MOST_SHOWN && (IMAGES.has(media) || TEXT.test(media));
  const look = async () => {
    const bytes = await api().downloadBlob(file.id, { size, media_type: media });
    if (IMAGES.has(media)) {
      setImage(URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type: media })));
    } else {
      setText(new TextDecoder().decode(bytes).slice(0, MOST_TEXT));
    }
  };
  const download = async () => {
    const link = await api().linkBlob(
      file.id,
      { valid_s: 300 },
      { size, media_type: media, file_name: name },
    );
    const anchor = document.createElement("a");
    anchor.href = link.path;
    anchor.download = name;
    anchor.click();
  };
  return (
    <>
      {image ? <img className={css.picture} src={image} alt={name} /> : null}
      {text === null ? null : <pre className={css.text}>{text}</pre>}
      <span className={css.fileActions}>
        {canShow && !image && text === null ? (
          <Button onClick={() => void look().catch(tellFailure)}>
            <Eye aria-hidden /> {t("data.look")}
          </Button>
        ) : null}
        <Button onClick={() => void download().catch(tellFailure)}>
          <Download aria-hidden /> {t("common.download")}
        </Button>
      </span>
    </>
  );
}
