import { Maximize2 } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Path } from "~/model/expression";
import { IconButton, Input } from "~/ui";
import codeCss from "../code/code.module.css";
import { useForm } from "../form/Form";
import css from "../form/form.module.css";
import { ExpressionDialog } from "./ExpressionDialog";

const ExpressionEditor = lazy(() => import("./ExpressionEditor"));

interface Props {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly path: Path;
  readonly multiline?: boolean;
  /** By default the value at the path is set. */
  readonly onSet?: (value: string) => void;
  readonly onEmpty?: () => void;
}

/** An expression in its field; for more room, with its result beside it, in a dialog. */
export function ExpressionField(props: Props) {
  const { id, label, value, path, multiline = false, onEmpty } = props;
  const { t } = useTranslation();
  const form = useForm();
  const [wide, setWide] = useState(false);
  const began = useRef(value === "=");
  const set = props.onSet ?? ((after: string) => form.set(path, after));
  return (
    <div className={codeCss.expressionField} data-multiline={multiline || undefined}>
      <span className={codeCss.sign} aria-hidden>
        =
      </span>
      <Suspense fallback={<Input aria-label={label} readOnly value={value.slice(1)} />}>
        <ExpressionEditor
          id={id}
          label={label}
          value={value}
          onChange={set}
          readOnly={form.readOnly}
          multiline={multiline}
          completing={form.completing}
          onEmpty={onEmpty ?? (() => form.set(path, undefined))}
          autoFocus={began.current}
        />
      </Suspense>
      <IconButton
        className={`${css.tiny} ${codeCss.expand}`}
        label={t("panel.expandExpression")}
        onClick={() => setWide(true)}
      >
        <Maximize2 aria-hidden />
      </IconButton>
      {wide ? (
        <ExpressionDialog
          label={label}
          value={value}
          path={path}
          onChange={set}
          onClose={() => setWide(false)}
        />
      ) : null}
    </div>
  );
}
