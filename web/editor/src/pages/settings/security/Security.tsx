import { useMe } from "~/api/queries";
import { Loading } from "~/ui";
import { Password } from "./Password";
import { SecondFactor } from "./SecondFactor";
import { Sessions } from "./Sessions";

/** How one signs in, and where one has. */
export function Security() {
  const user = useMe()?.user;
  if (!user) {
    return <Loading />;
  }
  return (
    <>
      {user.has_password ? <Password email={user.email} /> : null}
      <SecondFactor user={user} />
      <Sessions />
    </>
  );
}
