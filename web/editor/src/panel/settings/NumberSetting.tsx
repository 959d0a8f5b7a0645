import { useTranslation } from "react-i18next";
import { Field, Input } from "~/ui";
import { useTyping } from "../form/useTyping";

interface Props {
  readonly name: string;
  readonly value: number | null | undefined;
  /** What counts where it is empty. */
  readonly usual: string;
  readonly onChange: (value: number | null) => void;
  readonly least?: number;
}

/** A number that may be left to whoever knows better. */
export function NumberSetting({ name, value, usual, onChange, least = 0 }: Props) {
  const { t } = useTranslation();
  const typing = useTyping(value ?? null);
  const isWrong = (text: string) => text.trim() !== "" && !(Number(text) >= least);
  const wrong = typing.text !== null && isWrong(typing.text);
  return (
    <Field
      label={t(`panel.settings.numbers.${name}`)}
      hint={t(`panel.settings.numberHints.${name}`)}
      wrong={wrong ? t("panel.settings.atLeast", { least }) : undefined}
    >
      <Input
        inputMode="decimal"
        placeholder={usual}
        value={typing.text ?? (value == null ? "" : String(value))}
        onChange={(event) => {
          const text = event.target.value;
          const now = isWrong(text) ? (value ?? null) : text.trim() === "" ? null : Number(text);
          typing.type(text, now);
          if (!isWrong(text)) {
            onChange(now);
          }
        }}
        onBlur={() => wrong || typing.end()}
      />
    </Field>
  );
}
