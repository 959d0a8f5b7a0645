import { Eraser, KeyRound, Vault } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button, Field, Input, TextArea } from "~/ui";
import css from "./credentials.module.css";
import type { FormField } from "./form";
import type { Entering } from "./useEntering";

interface Props {
  readonly field: FormField;
  readonly entering: Entering;
  readonly filled: boolean;
  readonly wrong: string | undefined;
}

/** Something that is written and never read: what is there stays unless something is entered. */
export function SecretInput({ field, entering, filled, wrong }: Props) {
  const { t } = useTranslation();
  const { entered, change, setValue } = entering;
  const { name } = field;
  const place = entered.elsewhere[name];
  const emptied = entered.emptied.includes(name);
  const label = field.required ? field.title : `${field.title} (${t("common.optional")})`;
  const goElsewhere = () => {
    const { [name]: _, ...values } = entered.values;
    change({ values, elsewhere: { ...entered.elsewhere, [name]: "" } });
  };
  const comeBack = () => {
    const { [name]: _, ...elsewhere } = entered.elsewhere;
    change({ elsewhere });
  };
  if (place !== undefined) {
    return (
      <div className={css.secret}>
        <Field label={label} hint={t("credentials.elsewhereHint")} wrong={wrong}>
          <Input
            className={css.mono ?? ""}
            value={place}
            placeholder="vault:kv/team/acme#token"
            onChange={(event) =>
              change({ elsewhere: { ...entered.elsewhere, [name]: event.target.value } })
            }
          />
        </Field>
        <Button look="quiet" className={css.aside} onClick={comeBack}>
          <KeyRound aria-hidden />
          {t("credentials.enterHere")}
        </Button>
      </div>
    );
  }
  const kept = filled && !emptied;
  const hint = [kept && !wrong ? t("credentials.filledHint") : "", field.hint]
    .filter(Boolean)
    .join(" ");
  const given = {
    value: entered.values[name] ?? "",
    placeholder: kept ? t("credentials.filled") : field.placeholder,
    autoComplete: "off",
    spellCheck: false,
    onChange: (event: { target: { value: string } }) => setValue(name, event.target.value),
  };
  return (
    <div className={css.secret}>
      <Field label={label} hint={hint || undefined} wrong={wrong}>
        {field.multiline ? (
          <TextArea {...given} className={`${css.mono} ${css.hidden}`} />
        ) : (
          <Input {...given} type="password" autoComplete="new-password" />
        )}
      </Field>
      <Button look="quiet" className={css.aside} onClick={goElsewhere}>
        <Vault aria-hidden />
        {t("credentials.elsewhere")}
      </Button>
      {kept && !field.required ? (
        <Button
          look="quiet"
          className={css.aside}
          onClick={() => change({ emptied: [...entered.emptied, name] })}
        >
          <Eraser aria-hidden />
          {t("credentials.takeAway")}
        </Button>
      ) : null}
    </div>
  );
}
