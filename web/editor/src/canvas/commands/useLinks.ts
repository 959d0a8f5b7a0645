/** From a node to what it names: another workflow, an address, its data. */

import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { whole } from "~/api/whole";
import { useEditing } from "~/editing/store";
import { useCommand } from "~/keys/keys";
import { findNode } from "~/model/document";
import { toClipboard } from "~/ui/clipboard";
import { tell, tellFailure } from "~/ui/told";
import type { Scene } from "../view/useScene";
import { onlyNode } from "./selection";

export function useLinks(scene: Scene): void {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const called = useEditing((editing) => calledBy(editing.history.document, onlyNode(editing)));
  const chosen = useEditing(onlyNode);
  const webhooks = [...scene.steps.values()].filter((view) => view.trigger && takesCalls(view));
  // Of the trigger that is selected; where nothing is, of the first one.
  const trigger = chosen ? webhooks.find((view) => view.spec.id === chosen) : webhooks[0];
  useCommand(
    "open.subworkflow",
    () => void navigate({ to: "/workflows/$workflow", params: { workflow: called } }),
    called !== "",
  );
  const copy = async (ask: (node: string) => Promise<string>) => {
    try {
      const url = trigger ? await ask(trigger.spec.id) : "";
      if (url) {
        await copyAddress(new URL(url, window.location.origin).href);
        tell(t("canvas.addressCopied", { url }));
      } else {
        tellFailure(new Error(t("canvas.notPublished")));
      }
    } catch (error) {
      tellFailure(error);
    }
  };
  const { workflow } = useEditing.getState();
  useCommand("url.production", () => void copy((node) => productionUrl(workflow, node)), !!trigger);
  useCommand("url.test", () => void copy((node) => testUrl(workflow, node)), !!trigger);
}

function takesCalls(view: { readonly outputs: unknown; readonly spec: { readonly type: string } }) {
  return /\.(webhook|form|chat)$/.test(view.spec.type);
}

function calledBy(document: Parameters<typeof findNode>[0], id: string): string {
  const value = findNode(document, id)?.config?.workflow;
  return typeof value === "string" && value.startsWith("wf_") ? value : "";
}

async function productionUrl(workflow: string, node: string): Promise<string> {
  const all = await whole(api().listWebhooks({ workflow }));
  return all.find((one) => one.node_id === node)?.url ?? "";
}

/** The draft listens for one call from now on. */
async function testUrl(workflow: string, node: string): Promise<string> {
  const [capture] = await api().beginCapture(workflow, { node });
  return capture?.url ?? "";
}

async function copyAddress(text: string): Promise<void> {
  await toClipboard(text);
}
