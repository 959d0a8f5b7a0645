import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { ME, readMe } from "~/api/queries";
import { wantTour } from "~/tour/tour";
import { Button, Failure, Loading, When } from "~/ui";
import css from "./account.module.css";
import { arriveIn } from "./arrive";
import { Door } from "./Door";
import { FormFailure } from "./FormFailure";
import { type Given, NewAccount } from "./NewAccount";
import { useSending } from "./useSending";

/** What somebody was invited to, and the way in: with an account, or by making one. */
export function Invitation() {
  const { t } = useTranslation();
  const search: Record<string, unknown> = useSearch({ strict: false });
  const token = typeof search.token === "string" ? search.token : "";
  const me = useQuery({ queryKey: ME, queryFn: readMe });
  const looked = useQuery({
    queryKey: ["invitation", token],
    queryFn: () => api().lookAtInvitation({ token }),
  });
  const invitation = looked.data;
  return (
    <Door title={t("account.invited")} text={t("account.invitedText")}>
      {looked.isPending || me.isPending ? <Loading lines={4} /> : null}
      {looked.error ? (
        <>
          <Failure error={looked.error} onRetry={() => void looked.refetch()} />
          <div className={css.links}>
            <Link to={me.data ? "/workflows" : "/sign-in"}>
              {t(me.data ? "account.goOn" : "account.signIn")}
            </Link>
          </div>
        </>
      ) : null}
      {invitation && !me.isPending ? (
        <>
          <Facts invitation={invitation} />
          {me.data?.user ? (
            <Accept token={token} user={me.data.user} workspace={invitation.workspace} />
          ) : (
            <Join token={token} email={invitation.email} workspace={invitation.workspace} />
          )}
        </>
      ) : null}
    </Door>
  );
}

function Facts({ invitation }: { readonly invitation: models.Invitation }) {
  const { t } = useTranslation();
  const role = t(`settings.role.${invitation.role}`, invitation.role);
  return (
    <dl className={css.facts}>
      <dt>{t("account.for")}</dt>
      <dd>{invitation.email}</dd>
      <dt>{t("account.role")}</dt>
      <dd>{role}</dd>
      <dt>{t("account.goodUntil")}</dt>
      <dd>
        <When ms={invitation.expires_ms} />
      </dd>
    </dl>
  );
}

interface AcceptProps {
  readonly token: string;
  readonly user: models.User;
  /** Where he is invited to; empty: to all of the organization. */
  readonly workspace: string;
}

function Accept({ token, user, workspace }: AcceptProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const sending = useSending(async () => {
    await api().acceptInvitation({ token });
    await arriveIn(workspace);
    await navigate({ to: "/workflows", replace: true });
  });
  return (
    <form className={css.form} onSubmit={sending.onSubmit}>
      <FormFailure sending={sending} fields={[]} />
      <Button look="primary" type="submit" busy={sending.busy}>
        {t("account.acceptAs", { name: user.name || user.email })}
      </Button>
    </form>
  );
}

interface JoinProps {
  readonly token: string;
  readonly email: string;
  readonly workspace: string;
}

function Join({ token, email, workspace }: JoinProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const send = async ({ name, password }: Given) => {
    await api().join({ token, name, password });
    wantTour();
    await arriveIn(workspace);
    await navigate({ to: "/workflows", replace: true });
  };
  const next = `/invitation?token=${encodeURIComponent(token)}`;
  return (
    <>
      <NewAccount deed={t("account.join")} email={email} onSend={send} />
      <div className={css.links}>
        <Link to="/sign-in" search={{ next }}>
          {t("account.haveAccount")}
        </Link>
      </div>
    </>
  );
}
