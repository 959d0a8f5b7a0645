import { Copy } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton, tell, tellFailure, toClipboard } from "~/ui";
import { wholeUrl } from "./wholeUrl";

interface Props {
  /** As the server tells it: without its own address. */
  readonly url: string;
  readonly label: string;
}

export function CopyUrl({ url, label }: Props) {
  const { t } = useTranslation();
  const copy = () =>
    void toClipboard(wholeUrl(url)).then(() => tell(t("common.copied")), tellFailure);
  return (
    <IconButton label={label} onClick={copy}>
      <Copy />
    </IconButton>
  );
}
