import { KeyRound, LockOpen, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Badge } from "~/ui";

/** Who may call; that anybody may is a choice that is seen. */
export function CallersBadge({ callers }: { readonly callers: string }) {
  const { t } = useTranslation();
  const word = t(`webhooks.by.${callers || "unknown"}`, { defaultValue: callers });
  if (callers === "public") {
    return (
      <Badge tone="warn">
        <LockOpen aria-hidden />
        {word}
      </Badge>
    );
  }
  return (
    <Badge tone={callers ? "good" : "plain"}>
      {callers ? <KeyRound aria-hidden /> : <TriangleAlert aria-hidden />}
      {word}
    </Badge>
  );
}
