import { Copy, CornerDownLeft, Maximize2, Route } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton, tell, tellFailure, toClipboard } from "~/ui";
import css from "./data.module.css";
import { asCopied } from "./kinds";
import { isLongText } from "./texts";

const ValueDialog = lazy(() => import("./ValueDialog"));

interface Props {
  readonly name: string;
  readonly value: unknown;
  /** As an expression; empty: it has none here. */
  readonly path: string;
  readonly onPick?: ((expression: string) => void) | undefined;
}

/** What can be done with a value, shown when it is pointed at or has the focus. */
export function Copying({ name, value, path, onPick }: Props) {
  const { t } = useTranslation();
  const [whole, setWhole] = useState(false);
  const copy = (text: string) => {
    toClipboard(text).then(() => tell(t("common.copied")), tellFailure);
  };
  return (
    <span className={css.copying}>
      {path && onPick ? (
        <IconButton
          className={css.small ?? ""}
          label={t("data.pick", { name })}
          onClick={() => onPick(path)}
        >
          <CornerDownLeft />
        </IconButton>
      ) : null}
      {path ? (
        <IconButton
          className={css.small ?? ""}
          label={t("data.copyPath", { name })}
          onClick={() => copy(path)}
        >
          <Route />
        </IconButton>
      ) : null}
      <IconButton
        className={css.small ?? ""}
        label={t("data.copyValue", { name })}
        onClick={() => copy(asCopied(value))}
      >
        <Copy />
      </IconButton>
      {isLongText(value) ? (
        <IconButton
          className={css.small ?? ""}
          label={t("data.whole", { name })}
          onClick={() => setWhole(true)}
        >
          <Maximize2 />
        </IconButton>
      ) : null}
      {whole && isLongText(value) ? (
        <Suspense fallback={null}>
          <ValueDialog name={name} text={value} onClose={() => setWhole(false)} />
        </Suspense>
      ) : null}
    </span>
  );
}
