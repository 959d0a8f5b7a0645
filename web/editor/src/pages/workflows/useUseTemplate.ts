import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { tellFailure } from "~/ui";
import { makeFromTemplate } from "./makeWorkflow";

/** Make a workflow from a template and open it. */
export function useUseTemplate() {
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const make = async (template: string) => {
    setBusy(true);
    try {
      const workflow = await makeFromTemplate(template);
      await navigate({ to: "/workflows/$workflow", params: { workflow } });
    } catch (error) {
      tellFailure(error);
    } finally {
      setBusy(false);
    }
  };
  return { begin: (template: string) => void make(template), busy };
}
