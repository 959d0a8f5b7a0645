import { useTranslation } from "react-i18next";
import { type Document, nodesOf } from "~/model/document";
import { ImportReport } from "~/pages/workflows/ImportReport";
import { Button, Dialog } from "~/ui";
import { usePasting } from "./pasting";

interface Props {
  readonly onTake: (document: Document) => void;
}

/** What a workflow of another product becomes here, before it is put onto the canvas. */
export default function ImportPreview({ onTake }: Props) {
  const { t } = useTranslation();
  const preview = usePasting((pasting) => pasting.preview);
  const close = () => usePasting.setState({ preview: null });
  if (!preview) {
    return null;
  }
  const documents = preview.workflows.flatMap((one) => one.report.document ?? []);
  const count = documents.reduce((sum, one) => sum + nodesOf(one).length, 0);
  const take = () => {
    close();
    for (const document of documents) {
      onTake(document);
    }
  };
  return (
    <Dialog
      open
      wide
      title={t("canvas.importTitle")}
      text={t("canvas.importText")}
      onClose={close}
      foot={
        <>
          <Button onClick={close}>{t("common.cancel")}</Button>
          <Button look="primary" disabled={count === 0} onClick={take}>
            {t("canvas.importTake", { count })}
          </Button>
        </>
      }
    >
      <ImportReport found={preview} />
    </Dialog>
  );
}
