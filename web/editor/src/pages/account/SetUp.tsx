import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { makeFirstWorkflow } from "~/tour/firstWorkflow";
import { useTour } from "~/tour/tour";
import { classOf, tellFailure } from "~/ui";
import css from "./account.module.css";
import { arrive } from "./arrive";
import { Door } from "./Door";
import { type Given, NewAccount } from "./NewAccount";
import { NoOwner } from "./NoOwner";
import { useSetUp } from "./useSetUp";

/** The first start: who owns this server. Ends inside of a workflow that runs. */
export function SetUp() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search: Record<string, unknown> = useSearch({ strict: false });
  const token = typeof search.token === "string" ? search.token : "";
  const { data } = useSetUp();
  const send = async (given: Given) => {
    await api().setUp({ token, ...given });
    await arrive();
    try {
      const workflow = await makeFirstWorkflow(t("tour.workflow"));
      await navigate({ to: "/workflows/$workflow", params: { workflow }, replace: true });
      useTour.getState().begin();
    } catch (error) {
      tellFailure(error);
      await navigate({ to: "/workflows", replace: true });
    }
  };
  if (data?.done) {
    return (
      <Door title={t("account.setUpDone")} text={t("account.setUpDoneText")}>
        <div className={css.form}>
          <Link to="/sign-in" className={classOf("primary", css.wide)}>
            {t("account.signIn")}
          </Link>
        </div>
      </Door>
    );
  }
  if (!token) {
    return <NoOwner />;
  }
  return (
    <Door title={t("account.setUp")} text={t("account.setUpText")}>
      <NewAccount deed={t("account.setUpDeed")} onSend={send} />
    </Door>
  );
}
