from simulator.state.topics import ICONS, Topic
from tests.support.bot_api_types import problems


def test_a_topic_may_have_an_icon() -> None:
    for topic in (Topic(5, "Runs"), Topic(5, "Runs", icon_emoji_id=ICONS["📰"])):
        assert list(problems(topic.as_json(), "ForumTopic")) == []
        assert ("icon_custom_emoji_id" in topic.as_json()) is bool(topic.icon_emoji_id)
