"""Names of emoji that people write between colons."""

from __future__ import annotations

from collections.abc import Mapping

_TABLE = """
+1 👍|-1 👎|thumbsup 👍|thumbsdown 👎|100 💯|alarm_clock ⏰|angry 😠|apple 🍎
arrow_down ⬇️|arrow_left ⬅️|arrow_right ➡️|arrow_up ⬆️|art 🎨|balloon 🎈|bell 🔔
blue_heart 💙|blush 😊|bomb 💣|book 📖|books 📚|bug 🐛|bulb 💡|calendar 📆|camera 📷|car 🚗
cat 🐱|chart_with_downwards_trend 📉|chart_with_upwards_trend 📈|clap 👏|clipboard 📋
clock1 🕐|cloud ☁️|coffee ☕|computer 💻|confused 😕|construction 🚧|cool 🆒|cry 😢
date 📅|dog 🐶|dollar 💵|email 📧|envelope ✉️|exclamation ❗|eyes 👀|fire 🔥|gear ⚙️
gem 💎|ghost 👻|gift 🎁|globe_with_meridians 🌐|green_heart 💚|grin 😁|hammer 🔨
heart ❤️|heart_eyes 😍|heavy_check_mark ✔️|hourglass ⌛|house 🏠|joy 😂|key 🔑
laughing 😆|link 🔗|lock 🔒|loudspeaker 📢|mag 🔍|mailbox 📫|medal 🏅|memo 📝
money_with_wings 💸|moneybag 💰|moon 🌔|muscle 💪|musical_note 🎵|no_entry ⛔|ok_hand 👌
package 📦|paperclip 📎|pencil 📝|pencil2 ✏️|phone ☎️|pizza 🍕|point_right 👉|pray 🙏
purple_heart 💜|pushpin 📌|question ❓|rainbow 🌈|raised_hands 🙌|recycle ♻️
red_circle 🔴|robot 🤖|rocket 🚀|rose 🌹|rotating_light 🚨|scream 😱|shipit 🐿️|smile 😄
smiley 😃|snowflake ❄️|sob 😭|sparkles ✨|star ⭐|star2 🌟|stop_sign 🛑|sunglasses 😎
sunny ☀️|tada 🎉|thinking 🤔|trophy 🏆|truck 🚚|umbrella ☔|unlock 🔓|wave 👋|warning ⚠️
white_check_mark ✅|wink 😉|wrench 🔧|x ❌|yellow_heart 💛|yum 😋|zap ⚡|zzz 💤
"""

EMOJI: Mapping[str, str] = {
    name: sign
    for entry in _TABLE.replace("\n", "|").split("|")
    if entry
    for name, sign in [entry.split(" ")]
}
