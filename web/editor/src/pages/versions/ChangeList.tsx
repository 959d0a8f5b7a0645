import { Minus, PenLine, Plus } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useNodeTypes } from "~/api/queries";
import { Badge, type Tone } from "~/ui";
import { type Comparison, type Field, type NodeChange, written } from "./compare";
import type { Sign } from "./graph/GraphPicture";
import { TextDiff } from "./TextDiff";
import css from "./versions.module.css";

const LOOKS: Readonly<Record<Sign, readonly [Tone, typeof Plus]>> = {
  added: ["good", Plus],
  removed: ["bad", Minus],
  changed: ["warn", PenLine],
};

export function SignBadge({ sign }: { readonly sign: Sign }) {
  const { t } = useTranslation();
  const [tone, Icon] = LOOKS[sign];
  return (
    <Badge tone={tone}>
      <Icon aria-hidden /> {t(`versions.sign_${sign}`)}
    </Badge>
  );
}

interface Props {
  readonly found: Comparison;
  readonly chosen: string;
}

/** All changes in words, with what stood there and what stands there now. */
export function ChangeList({ found, chosen }: Props) {
  const { t } = useTranslation();
  return (
    <div className={css.changes}>
      {found.nodes.map((one) => (
        <OneNode key={one.id} change={one} chosen={one.id === chosen} />
      ))}
      {found.edges.length ? (
        <section className={css.change}>
          <h3>{t("versions.edges")}</h3>
          <ul className={css.edges}>
            {found.edges.map((one) => (
              <li key={one.sign + one.text}>
                <SignBadge sign={one.sign} /> {one.text}
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {found.others.length ? (
        <section className={css.change}>
          <h3>{t("versions.others")}</h3>
          {found.others.map((one) => (
            <OneField
              key={one.what + one.path}
              field={{
                ...one,
                path: [t(`versions.what_${one.what}`), one.path].filter(Boolean).join(" · "),
              }}
            />
          ))}
        </section>
      ) : null}
      {found.moved ? (
        <p className={css.quiet}>{t("versions.moved", { count: found.moved })}</p>
      ) : null}
    </div>
  );
}

function OneNode({ change, chosen }: { readonly change: NodeChange; readonly chosen: boolean }) {
  const types = useNodeTypes();
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    if (chosen) {
      place.current?.scrollIntoView({ block: "nearest" });
    }
  }, [chosen]);
  return (
    <section ref={place} className={css.change} data-chosen={chosen || undefined}>
      <h3>
        <SignBadge sign={change.sign} /> {change.name}{" "}
        <span className={css.quiet}>{types.get(change.type)?.title ?? change.type}</span>
      </h3>
      {change.fields.map((field) => (
        <OneField key={field.path} field={field} />
      ))}
    </section>
  );
}

function OneField({ field }: { readonly field: Field }) {
  const { t } = useTranslation();
  const before = written(field.before);
  const after = written(field.after);
  return (
    <div className={css.field}>
      <code className={css.path}>{field.path}</code>
      {before.includes("\n") || after.includes("\n") ? (
        <TextDiff before={before} after={after} />
      ) : (
        <div className={css.values}>
          {field.kind === "added" ? null : <del>{before || t("versions.nothing")}</del>}
          {field.kind === "removed" ? null : <ins>{after || t("versions.nothing")}</ins>}
        </div>
      )}
    </div>
  );
}
