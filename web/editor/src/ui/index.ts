/** The parts that every screen is made of. */

export { Badge, type Tone } from "./Badge";
export { Button, classOf, IconButton } from "./Button";
export { Choice } from "./Choice";
export { Coded } from "./Coded";
export { Confirming, confirm } from "./Confirm";
export { Copy } from "./Copy";
export { toClipboard } from "./clipboard";
export { Dialog } from "./Dialog";
export { Check, Field, Input, Select, TextArea } from "./Field";
export { type Entry, type Heading, Menu } from "./Menu";
export { Once } from "./Once";
export { Page } from "./Page";
export { Empty, Failure, Hindered, Loading, said, type Told } from "./State";
export { Table } from "./Table";
export { type Tab, Tabs } from "./Tabs";
export { Tip, TipProvider } from "./Tip";
export { Toasts } from "./Toasts";
export { tell, tellFailure } from "./told";
export { When } from "./When";
