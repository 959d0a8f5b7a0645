import { Eye, EyeOff } from "lucide-react";
import { type InputHTMLAttributes, useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton, Input } from "~/ui";
import css from "./account.module.css";

/** A password, hidden or shown. */
export function PasswordInput(props: InputHTMLAttributes<HTMLInputElement>) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <div className={css.secret}>
      <Input {...props} type={open ? "text" : "password"} spellCheck={false} />
      <IconButton
        label={t(open ? "account.hide" : "account.show")}
        aria-pressed={open}
        onClick={() => setOpen(!open)}
      >
        {open ? <EyeOff /> : <Eye />}
      </IconButton>
    </div>
  );
}
