using ReuseBench.Bench.Host;
using ReuseBench.Bench.Tuning;

namespace ReuseBench.Bench.Tests;

public sealed class SetWorkersCommandTests
{
    [Theory]
    [InlineData(3, "")]
    [InlineData(126, ", which a shell gives where a command cannot be executed")]
    [InlineData(127, ", which a shell gives where a command is not found")]
    public void A_command_that_fails_is_named_with_its_exit_code(int exitCode, string meaning)
    {
        SetWorkersCommand command = SetWorkersCommand.Parse($"sh -c 'exit {exitCode}' {{workers}}");
        Assert.Equal(
            $"'sh -c exit {exitCode} 2' ended with exit code {exitCode}{meaning}", Assert.Throws<RepeatFailedException>(() => command.Run(2)).Message);
    }
}
