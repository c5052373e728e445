using ReuseBench.Core.Cells;

namespace ReuseBench.Core.Tests;

public sealed class HeaderLinesTests
{
    [Theory]
    [InlineData("", "Host: h:1\r\n")]
    [InlineData("Accept:*/*", "Host: h:1\r\nAccept: */*\r\n")]
    [InlineData("X: a|host:  example.org ", "X: a\r\nhost: example.org\r\n")]
    public void Lines_are_sent_with_one_host(string text, string head) => Assert.Equal(head, HeaderLines.Parse(text, "h").ToHead("h:1"));

    [Theory]
    [InlineData("no colon", "is not a header line")]
    [InlineData(": x", "is not a header line")]
    [InlineData("A b: x", "is not a header line")]
    [InlineData("A: x\r\nB: y", "is not a header line")]
    [InlineData("A: x||B: y", "is not a header line")]
    [InlineData("content-length: 3", "the swarm writes Content-Length itself")]
    [InlineData("Connection: close", "the swarm writes Connection itself")]
    public void What_would_break_the_request_is_refused(string text, string says) =>
        Assert.Contains(says, Assert.Throws<UsageException>(() => HeaderLines.Parse(text, "h")).Message, StringComparison.Ordinal);
}
