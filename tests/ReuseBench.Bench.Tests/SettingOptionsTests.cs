using System.CommandLine;
using System.Net;
using ReuseBench.Bench.Children;
using ReuseBench.Bench.Cli;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Tests;

public sealed class SettingOptionsTests
{
    [Fact]
    public void Server_settings_come_back_from_their_arguments()
    {
        ServerSettings settings = new()
        {
            Variant = Variant.Shared,
            Workers = 8,
            Bind = IPAddress.IPv6Loopback,
            Port = 8080,
            Backlog = 7,
            Accept = AcceptMode.EpollExclusive,
            ReuseAddr = true,
            ResponseBytes = 0,
            ServiceTime = new ServiceTime(Duration.FromMicroseconds(50), Exponential: true),
            Close = ServerClose.Server,
            RestartEvery = Duration.FromSeconds(2),
            Cpus = new CpuList([0, 1, 5]),
        };
        Assert.Equal(settings, RoundTrip(ServerSettingsTable.All, new ServerSettings(), settings));
    }

    [Fact]
    public void Load_settings_come_back_from_their_arguments()
    {
        LoadSettings settings = new()
        {
            Workload = Workload.Parse("churn:5", ""),
            Connections = 9,
            Rate = 1234.5,
            Arrivals = Arrivals.Poisson,
            Threads = 3,
            Sources = AddressSet.Parse("127.0.0.2-127.0.0.9", ""),
            SourcePlan = SourcePlan.Parse("stride:7", ""),
            SourcePorts = new PortRange(2000, 3000),
            Close = ConnectionClose.Fin,
            RequestBytes = 10,
            Path = "/x",
            Duration = Duration.FromMilliseconds(1500),
            Warmup = Duration.FromSeconds(3),
            Ramp = Duration.FromMilliseconds(2_500),
            Timeout = Duration.FromSeconds(1),
            ConnectTimeout = Duration.FromSeconds(2),
            RetryDelay = Duration.FromMicroseconds(10),
            Interval = Duration.FromMilliseconds(1),
            WorkerHeader = "",
            Seed = ulong.MaxValue,
            Cpus = new CpuList([1]),
            ShareCpus = true,
        };
        Assert.Equal(settings, RoundTrip(LoadSettingsTable.All, new LoadSettings(), settings));
    }

    [Fact]
    public void Defaults_need_no_arguments() => Assert.Equal(new ServerSettings(), Read(ServerSettingsTable.All, new ServerSettings(), []));

    [Theory]
    [InlineData("--variant", "sharde", "variant: 'sharde' is unknown; use one of single, shared, reuseport, restart")]
    [InlineData("--workers", "two", "workers: 'two' is not a whole number")]
    [InlineData("--bind", "localhost", "bind: 'localhost' is not an IP address")]
    [InlineData("--service-time", "5", "service-time: '5' is not a service time")]
    [InlineData("--reuseaddr", "yes", "reuseaddr: 'yes' is unknown; use on or off")]
    public void A_value_that_is_none_is_named_with_what_is_allowed(string option, string value, string says) =>
        Assert.StartsWith(says, Assert.Throws<UsageException>(() => Read(ServerSettingsTable.All, new ServerSettings(), [option, value])).Message, StringComparison.Ordinal);

    private static T RoundTrip<T>(IReadOnlyList<Setting<T>> table, T defaults, T settings) =>
        Read(table, defaults, [.. SettingArguments.From(table, settings)]);

    private static T Read<T>(IReadOnlyList<Setting<T>> table, T defaults, string[] arguments)
    {
        SettingOptions<T> options = new(table, defaults);
        Command command = new("x");
        options.AddTo(command);
        ParseResult result = command.Parse(arguments);
        Assert.Empty(result.Errors);
        return options.Read(result);
    }
}
