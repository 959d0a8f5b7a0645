import { CalendarClock, CircleCheck, CircleX } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { models } from "~/api/client";
import { useFigures } from "~/i18n/useFigures";
import { Badge } from "~/ui";

/** A change that is due within this is worth telling. */
const SOON_MS = 14 * 86_400_000;

/** How a credential stands: to be changed, tested, run out. */
export function StateOf({ shown }: { readonly shown: models.CredentialShown }) {
  const { t } = useTranslation();
  const { ago } = useFigures();
  const { due_ms, test_error, tested_ms } = shown.credential;
  const now = Date.now();
  return (
    <>
      {shown.overdue ? (
        <Badge tone="bad">
          <CalendarClock aria-hidden />
          {t("credentials.overdue")}
        </Badge>
      ) : null}
      {!shown.overdue && due_ms !== null && due_ms - now < SOON_MS ? (
        <Badge tone="warn">
          <CalendarClock aria-hidden />
          {t("credentials.due", { when: ago(due_ms) })}
        </Badge>
      ) : null}
      {test_error !== null ? (
        <Badge tone="bad">
          <CircleX aria-hidden />
          {t("credentials.testFailed")}
        </Badge>
      ) : null}
      {tested_ms !== null && test_error === null ? (
        <Badge tone="good">
          <CircleCheck aria-hidden />
          {t("credentials.tested")}
        </Badge>
      ) : null}
    </>
  );
}
