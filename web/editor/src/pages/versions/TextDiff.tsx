import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { hunks, linesOf } from "./lines";
import css from "./versions.module.css";

const GLYPHS = { same: " ", added: "+", removed: "−" } as const;

/** How a text of several lines changed: signs say it as the colours do. */
export function TextDiff({ before, after }: { readonly before: string; readonly after: string }) {
  const { t } = useTranslation();
  const shown = useMemo(() => hunks(linesOf(before, after)), [before, after]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by key
    <pre className={css.diff} tabIndex={0}>
      {shown.map((line, index) =>
        line ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have nothing else
          <span key={index} className={css.diffLine} data-kind={line.kind}>
            <span className={css.glyph}>
              {GLYPHS[line.kind]}
              {line.kind === "same" ? null : (
                <span className="visually-hidden">{t(`versions.sign_${line.kind}`)}: </span>
              )}
            </span>
            {line.text || " "}
          </span>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have nothing else
          <span key={index} className={css.diffLine} data-kind="left">
            ⋯
          </span>
        ),
      )}
    </pre>
  );
}
