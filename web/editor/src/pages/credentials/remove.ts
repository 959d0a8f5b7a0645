import type { TFunction } from "i18next";
import { api, type models } from "~/api/client";
import { cache } from "~/api/queries";
import { confirm, tell, tellFailure } from "~/ui";
import { usageOf } from "./UsedBy";

/** Ask with what would break, then forget a credential; whether that was done. */
export async function remove(credential: models.CredentialsListed, t: TFunction): Promise<boolean> {
  try {
    const used = await cache.fetchQuery(usageOf(credential.id));
    const workflows = [...new Set(used.map((one) => one.workflow_name ?? one.workflow_id))];
    const names = workflows.slice(0, 5).join(", ") + (workflows.length > 5 ? ", …" : "");
    const sure = await confirm({
      title: t("credentials.removeTitle", { name: credential.name }),
      text: workflows.length
        ? t("credentials.removeUsed", { count: used.length, names })
        : t("credentials.removeUnused"),
      deed: t("common.delete"),
      danger: true,
    });
    if (!sure) {
      return false;
    }
    await api().removeCredential(credential.id);
    await cache.invalidateQueries({ queryKey: ["credentials"] });
    tell(t("credentials.removed", { name: credential.name }));
    return true;
  } catch (error) {
    tellFailure(error);
    return false;
  }
}
