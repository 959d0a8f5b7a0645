import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { type ReactNode, useRef } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "./Button";
import css from "./ui.module.css";

interface Props {
  readonly title: string;
  /** One sentence; read aloud with the title. */
  readonly text?: string;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly wide?: boolean;
  readonly foot?: ReactNode;
  readonly children?: ReactNode;
}

/** Where somebody begins: at the first field, else at the button that changes nothing. */
const FIELDS = [
  "[data-part=body] input:not([type=hidden], :read-only), [data-part=body] input[type=checkbox]",
  "[data-part=body] input[type=radio]:checked, [data-part=body] select",
  "[data-part=body] textarea, [data-part=foot] button",
].join(", ");

/** What has to be answered before anything else. */
export function Dialog({ title, text, open, onClose, wide = false, foot, children }: Props) {
  const { t } = useTranslation();
  const content = useRef<HTMLDivElement>(null);
  const begin = (event: Event) => {
    event.preventDefault();
    const find = (what: string) => content.current?.querySelector<HTMLElement>(what);
    const first = find("[data-first]") ?? find(FIELDS) ?? content.current;
    first?.focus();
  };
  return (
    <Radix.Root open={open} onOpenChange={(now) => now || onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={css.scrim} />
        <Radix.Content
          ref={content}
          onOpenAutoFocus={begin}
          className={`${css.dialog} ${wide ? css.wide : ""}`}
          {...(text ? {} : { "aria-describedby": undefined })}
        >
          <header className={css.dialogHead}>
            <Radix.Title asChild>
              <h2>{title}</h2>
            </Radix.Title>
            <IconButton label={t("common.close")} onClick={onClose}>
              <X />
            </IconButton>
          </header>
          <div className={css.dialogBody} data-part="body">
            {text ? <Radix.Description className={css.dialogText}>{text}</Radix.Description> : null}
            {children}
          </div>
          {foot ? (
            <footer className={css.dialogFoot} data-part="foot">
              {foot}
            </footer>
          ) : null}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
