using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Core.Tests;

public sealed class LoadSettingsTests
{
    public static TheoryData<string, LoadSettings> OutOfRange => new()
    {
        { "interval: ", new LoadSettings { Duration = Duration.FromSeconds(1_001), Interval = Duration.FromMilliseconds(1) } },
        { "ramp: 1001ms does not fit into the warm-up of 1s", new LoadSettings { Warmup = Duration.FromSeconds(1), Ramp = Duration.FromMilliseconds(1_001) } },
        { "duration: 1ns is too short to measure anything; use 1ms or more", new LoadSettings { Duration = new Duration(1) } },
        { "duration: 0s is too short", new LoadSettings { Duration = Duration.Zero } },
        { "ramp: ", new LoadSettings { Ramp = new Duration(-1) } },
        { "timeout: ", new LoadSettings { Timeout = Duration.FromMilliseconds(60_001) } },
        { "connect-timeout: ", new LoadSettings { ConnectTimeout = Duration.FromMilliseconds(60_001) } },
        { "timeout: connect and response may take 60001ms "
            + "together", new LoadSettings { Timeout = Duration.FromSeconds(50), ConnectTimeout = Duration.FromMilliseconds(10_001) } },
        { "timeout: the wait for a connection, connect and response may take 61s "
            + "together", new LoadSettings { Rate = 1, Timeout = Duration.FromSeconds(30), ConnectTimeout = Duration.FromSeconds(1) } },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void What_could_not_be_recorded_is_refused_in_one_line(string begin, LoadSettings settings)
    {
        UsageException refused = Assert.Throws<UsageException>(settings.Validate);
        Assert.StartsWith(begin, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public void The_limits_themselves_are_allowed() => new LoadSettings
    {
        Duration = Duration.FromSeconds(1_000),
        Interval = Duration.FromMilliseconds(1),
        Timeout = Duration.FromSeconds(59),
        ConnectTimeout = Duration.FromSeconds(1),
        Warmup = Duration.FromSeconds(2),
        Ramp = Duration.FromSeconds(2),
    }.Validate();
}
