import { useNavigate, useParams } from "@tanstack/react-router";
import { api, callAs } from "~/api/client";
import { cache, ME } from "~/api/queries";
import { useCommand } from "~/keys/keys";
import { tellFailure } from "~/ui";

/** The commands that can be carried out on every screen. */
export function useShellCommands(): void {
  const navigate = useNavigate();
  const { workflow = "" } = useParams({ strict: false });
  const params = { workflow };
  useCommand("settings", () => void navigate({ to: "/settings" }));
  useCommand(
    "workflow.versions",
    () => void navigate({ to: "/workflows/$workflow/versions", params }),
    workflow !== "",
  );
  useCommand(
    "workflow.executions",
    () => void navigate({ to: "/workflows/$workflow/executions", params }),
    workflow !== "",
  );
  const signOut = async () => {
    try {
      await api().signOut();
    } catch (error) {
      tellFailure(error);
      return;
    }
    await navigate({ to: "/sign-in" });
    callAs("", "");
    cache.setQueryData(ME, null);
    cache.removeQueries({ type: "inactive" });
  };
  useCommand("sign.out", () => void signOut());
}
