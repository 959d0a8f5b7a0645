import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { tellFailure } from "~/ui";
import { makeWorkflow } from "./makeWorkflow";

/** Make an empty workflow and open it. */
export function useNewWorkflow(): { readonly make: (folder?: string) => void; busy: boolean } {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const make = async (folder = "") => {
    setBusy(true);
    try {
      const workflow = await makeWorkflow(t("workflows.untitled"), folder);
      await navigate({ to: "/workflows/$workflow", params: { workflow } });
    } catch (error) {
      tellFailure(error);
    } finally {
      setBusy(false);
    }
  };
  return { make: (folder) => void make(folder), busy };
}
