import { useNavigate } from "@tanstack/react-router";
import {
  Archive,
  Copy,
  Download,
  Ellipsis,
  FileInput,
  History,
  Keyboard,
  LayoutTemplate,
  ListChecks,
  Lock,
  LockOpen,
  MessageSquare,
  Settings,
} from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useGrant } from "~/api/queries";
import { openComments } from "~/canvas/comments/open";
import { useEditing } from "~/editing/store";
import { canDo, carryOut, keysOf, useCommand } from "~/keys/keys";
import { type Entry, IconButton, Menu } from "~/ui";
import { useWorkflowDeeds } from "./useWorkflowDeeds";

const SettingsDialog = lazy(async () => ({
  default: (await import("./SettingsDialog")).SettingsDialog,
}));
const TemplateDialog = lazy(async () => ({
  default: (await import("./TemplateDialog")).TemplateDialog,
}));

/** What is done with the workflow as a whole. */
export function WorkflowMenu() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const workflow = useEditing((editing) => editing.workflow);
  const readOnly = useEditing((editing) => editing.readOnly);
  const locked = useEditing((editing) => (editing.about?.locked_until_ms ?? 0) > Date.now());
  const [shown, setShown] = useState<"" | "settings" | "template">("");
  const mayWrite = useGrant("workflow:write");
  const mayKeep = useGrant("template:write");
  const deeds = useWorkflowDeeds();
  const params = { workflow };
  useCommand("workflow.settings", () => setShown("settings"));
  useCommand("workflow.template", () => setShown("template"), mayKeep);
  useCommand("workflow.download", () => void deeds.download());
  useCommand("workflow.duplicate", () => void deeds.duplicate(), mayWrite);
  useCommand("workflow.archive", () => void deeds.archive(), mayWrite && !readOnly);
  useCommand(
    "workflow.versions",
    () => void navigate({ to: "/workflows/$workflow/versions", params }),
  );
  useCommand(
    "workflow.executions",
    () => void navigate({ to: "/workflows/$workflow/executions", params }),
  );
  const of = (id: string, word: string, icon: Entry["icon"]): Entry => ({
    text: t(`canvas.menuEntry.${word}`),
    icon,
    keys: keysOf(id),
    act: () => window.setTimeout(() => carryOut(id), 30),
  });
  const entries = [
    of("workflow.settings", "settings", <Settings aria-hidden />),
    {
      text: t("canvas.menuEntry.comments"),
      icon: <MessageSquare aria-hidden />,
      act: () => window.setTimeout(() => openComments({}), 30),
    },
    of("workflow.versions", "versions", <History aria-hidden />),
    of("workflow.executions", "executions", <ListChecks aria-hidden />),
    null,
    ...(readOnly ? [] : [of("workflow.import", "import", <FileInput aria-hidden />)]),
    of("workflow.download", "download", <Download aria-hidden />),
    ...(mayWrite ? [of("workflow.duplicate", "duplicate", <Copy aria-hidden />)] : []),
    ...(mayKeep ? [of("workflow.template", "template", <LayoutTemplate aria-hidden />)] : []),
    null,
    ...(canDo("sheet") ? [of("sheet", "keys", <Keyboard aria-hidden />)] : []),
    ...(mayWrite && !readOnly
      ? [
          {
            text: t(locked ? "canvas.menuEntry.unlock" : "canvas.menuEntry.lock"),
            icon: locked ? <LockOpen aria-hidden /> : <Lock aria-hidden />,
            act: () => void deeds.lock(!locked),
          },
          of("workflow.archive", "archive", <Archive aria-hidden />),
        ]
      : []),
  ];
  return (
    <>
      <Menu entries={entries}>
        <IconButton label={t("canvas.workflowMenu")}>
          <Ellipsis />
        </IconButton>
      </Menu>
      <Suspense>
        {shown === "settings" ? <SettingsDialog onClose={() => setShown("")} /> : null}
        {shown === "template" ? <TemplateDialog onClose={() => setShown("")} /> : null}
      </Suspense>
    </>
  );
}
