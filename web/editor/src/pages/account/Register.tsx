import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { wantTour } from "~/tour/tour";
import { Loading } from "~/ui";
import css from "./account.module.css";
import { arrive } from "./arrive";
import { Door } from "./Door";
import { type Given, NewAccount } from "./NewAccount";
import { useSetUp } from "./useSetUp";

/** An account for whoever likes, where that is allowed. */
export function Register() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const setUp = useSetUp();
  const closed = setUp.data?.registration === false;
  const send = async (given: Given) => {
    await api().register(given);
    wantTour();
    await arrive();
    await navigate({ to: "/workflows", replace: true });
  };
  return (
    <Door
      title={t("account.register")}
      {...(closed ? { text: t("account.registrationClosed") } : {})}
    >
      {setUp.isPending ? <Loading lines={4} /> : null}
      {setUp.isPending || closed ? null : <NewAccount deed={t("account.register")} onSend={send} />}
      <div className={css.links}>
        <Link to="/sign-in">{t("account.haveAccount")}</Link>
      </div>
    </Door>
  );
}
