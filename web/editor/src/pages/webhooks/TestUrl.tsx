import { useNavigate } from "@tanstack/react-router";
import { Ear } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useGrant } from "~/api/queries";
import { Capture } from "~/running/Capture";
import { Button, Dialog } from "~/ui";

interface Props {
  readonly workflow: string;
  readonly node: string;
}

/** Let the draft listen for one call at its test URL. */
export function TestUrl({ workflow, node }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const mayRun = useGrant("workflow:run");
  if (!mayRun) {
    return null;
  }
  return (
    <div>
      <Button onClick={() => setOpen(true)}>
        <Ear aria-hidden />
        {t("webhooks.testUrl")}
      </Button>
      <Dialog open={open} wide title={t("webhooks.testUrl")} onClose={() => setOpen(false)}>
        <Capture
          workflow={workflow}
          trigger={node}
          onCalled={(execution) =>
            void navigate({ to: "/executions/$execution", params: { execution } })
          }
        />
      </Dialog>
    </div>
  );
}
