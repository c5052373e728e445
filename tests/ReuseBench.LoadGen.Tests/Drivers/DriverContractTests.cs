using NBomber.Contracts;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.LoadGen.Drivers;
using ReuseBench.LoadGen.NBomber;
using ReuseBench.LoadGen.Tests.Server;
using ReuseBench.TestSupport;

namespace ReuseBench.LoadGen.Tests.Drivers;

/// <summary>What holds of every driver. The plug-in runs on a stub of NBomber's API here; on NBomber itself where its assembly is named.</summary>
public sealed class DriverContractTests
{
    private const string PluginVariable = "REUSEBENCH_NBOMBER_PLUGIN";

    private static readonly LoadSettings Ramped = SwarmRuns.Short with
    {
        Ramp = Duration.FromSeconds(2),
        Warmup = Duration.FromSeconds(2),
        Duration = Duration.FromSeconds(1),
    };

    public static TheoryData<string> Drivers => ["native", "nbomber-stub", "nbomber"];

    [Theory]
    [MemberData(nameof(Drivers))]
    public async Task A_closed_loop_counts_what_the_server_counts(string driver) => await BusyHost.OneOfFew(
        async () =>
        {
            await using TestServer server = new(TestServer.Ok);
            KeptSignals signals = new();
            LoadDocument document = await Run(driver, SwarmRuns.Short with { Workload = Workload.Keepalive }, server.Target, signals);
            Balanced(document, server);
            Assert.Equal(8, document.Life.ConnectionsOpened);
            Assert.Equal(
                [LoadSignal.Begin, LoadSignal.End], signals.All.Select(s => s.Signal).Where(s => s is not (LoadSignal.Progress or LoadSignal.Drained)));
            return document;
        },
        document =>
        {
            Assert.True(document.Requests > 0);
            Assert.True(document.LatencyP50Us > 0);
        });

    [Theory]
    [MemberData(nameof(Drivers))]
    public async Task A_connection_for_each_request_comes_from_the_plan(string driver)
    {
        await using TestServer server = new(TestServer.Ok);
        LoadSettings settings = SwarmRuns.Short with
        {
            Workload = Workload.Connect,
            SourcePlan = SourcePlan.Parse("fixed:8", "plan"),
            Sources = AddressSet.Parse("127.0.0.11-127.0.0.12", "sources"),
        };
        LoadDocument document = await Run(driver, settings, server.Target, new KeptSignals());
        Balanced(document, server);
        Assert.Equal(document.Life.Answers, document.Life.ConnectionsOpened);
        Assert.Equal(8, document.Life.DistinctTuples);
    }

    [Theory]
    [Trait("needs", "quiet")]
    [MemberData(nameof(Drivers))]
    public async Task An_open_loop_keeps_its_rate(string driver)
    {
        LoadSettings settings = SwarmRuns.Short with { Workload = Workload.Keepalive, Rate = 200, Duration = Duration.FromSeconds(1) };
        await BusyHost.OneOf(() => BalancedRun(driver, settings), document => Assert.InRange(document.Requests, 140, 260));
    }

    [Theory]
    [Trait("needs", "quiet")]
    [MemberData(nameof(Drivers))]
    public async Task A_ramp_of_clients_is_over_before_the_window_and_the_load_lasts_beyond_it(string driver)
    {
        await BusyHost.OneOf(
            async () =>
            {
                LoadDocument document = await BalancedRun(driver, Ramped with { Workload = Workload.Keepalive, Connections = 64 });
                Assert.Equal(64, document.Life.ConnectionsOpened);
                Assert.Equal(1, document.DurationS, 0.01);
                return document;
            },
            document =>
            {
                Assert.Equal(0, document.ConnectionsOpened);
                AnsweredAllTheTime(document);
            });
    }

    [Theory]
    [Trait("needs", "quiet")]
    [MemberData(nameof(Drivers))]
    public async Task A_ramp_of_arrivals_is_over_before_the_window_and_the_load_lasts_beyond_it(string driver)
    {
        await BusyHost.OneOf(
            async () =>
            {
                LoadDocument document = await BalancedRun(driver, Ramped with { Workload = Workload.Connect, Rate = 200 });
                Assert.Equal(1, document.DurationS, 0.01);
                return document;
            },
            document =>
            {
                Assert.InRange(document.Scheduled!.Value, 140, 260);
                Assert.InRange(document.Requests, 140, 260);
                Assert.True(document.Timeline.TakeLast(5).Sum(point => point.Requests) > 50, "the load ended before the window, of whose requests half are "
                    + "due in its second half");
            });
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public async Task Connections_that_are_refused_are_counted_as_such(string driver) => await BusyHost.OneOfFew(
        async () =>
        {
            LoadDocument document = await Run(driver, SwarmRuns.Short with { ProbeTarget = false }, TestServer.Nobody(), new KeptSignals());
            Assert.Equal(0, document.Requests);
            Assert.Equal(document.Life.FailedConnects, SwarmRuns.Errors(document, "connect", "ECONNREFUSED"));
            SwarmRuns.CountsBalance(document);
            return document;
        },
        document => Assert.True(document.ErrorsRefused > 0));

    [Fact]
    [Trait("needs", "quiet")]
    public async Task What_waits_for_a_session_has_waited_for_the_server()
    {
        // Ten requests a second come, five are served: who comes in the third second waits about as long as the queue is.
        await using TestServer server = new(TestServer.After(TimeSpan.FromMilliseconds(200), TestServer.Ok));
        LoadSettings settings = SwarmRuns.Short with { Workload = Workload.Keepalive, Rate = 10, Connections = 1, Duration = Duration.FromSeconds(2) };
        await BusyHost.OneOf(
            async () =>
            {
                LoadDocument document = await Run("nbomber-stub", settings, server.Target, new KeptSignals());
                SwarmRuns.CountsBalance(document);
                // The queue never empties: what is left of it at the end was asked for and never sent.
                Assert.True(document.Life.NeverStarted > 0);
                Assert.Equal(document.Life.Scheduled, document.Life.Answers + document.Life.NeverStarted);
                return document;
            },
            document =>
            {
                Assert.InRange(document.LatencyMaxUs ?? 0, 600_000, 10_000_000);
                Assert.InRange(document.FromSendMaxUs ?? 0, 190_000, 590_000);
            });
    }

    [Fact]
    [Trait("needs", "quiet")]
    public async Task How_late_a_driver_of_its_own_schedule_was_is_not_made_up()
    {
        await using TestServer server = new(TestServer.Ok);
        LoadSettings settings = SwarmRuns.Short with { Workload = Workload.Keepalive, Rate = 100, Duration = Duration.FromSeconds(1) };
        await BusyHost.OneOf(
            async () =>
            {
                LoadDocument document = await Run("nbomber-stub", settings, server.Target, new KeptSignals());
                Assert.Null(document.LateShare);
                Assert.Null(document.LagMaxUs);
                Assert.DoesNotContain(Phases.Lag, document.Histograms.Keys);
                return document;
            },
            document => Assert.InRange(document.Scheduled!.Value, 70, 130));
    }

    [Fact]
    [Trait("needs", "quiet")]
    public async Task The_window_of_a_closed_loop_begins_with_every_client_there()
    {
        // The driver has a second for it. Connections that were opened within the window would be those of clients that came too late.
        LoadSettings settings = SwarmRuns.Short with { Workload = Workload.Keepalive, Connections = 64, Warmup = Duration.FromMilliseconds(0) };
        await BusyHost.OneOf(
            async () =>
            {
                LoadDocument document = await BalancedRun("nbomber-stub", settings);
                Assert.Equal(64, document.Life.ConnectionsOpened);
                return document;
            },
            document => Assert.Equal(0, document.ConnectionsOpened));
    }

    [Fact]
    public async Task A_server_that_refuses_is_measured_to_the_end_and_not_given_up_after_5000_failures()
    {
        LoadSettings settings = SwarmRuns.Short with
        {
            ProbeTarget = false,
            Connections = 64,
            RetryDelay = Duration.FromMilliseconds(1),
        };

        // A slow host takes longer to fail so often.
        int seconds = 1;
        LoadDocument document;
        do
        {
            document = await Run(
                "nbomber-stub", settings with { Duration = Duration.FromSeconds(seconds) }, TestServer.Nobody(), new KeptSignals());
            Assert.Equal(seconds, document.DurationS, 0.01);
            seconds *= 4;
        }
        while (document.Life.FailedConnects <= 5_000 && seconds <= 64);

        Assert.True(document.Life.FailedConnects > 5_000, $"{document.Life.FailedConnects} failures are too few to try it");
    }

    [Theory]
    [InlineData(4_990, 4_990, "as many as it asked for, short by chance")]
    [InlineData(4_800, 5_000, "fewer than chance explains: the driver fell behind")]
    [InlineData(5_020, 5_020, "more, by chance")]
    public void A_driver_that_falls_behind_its_own_schedule_is_held_against_the_rate(long asked, long expected, string why)
    {
        // 1000 a second for five seconds: three standard deviations are 67.
        long scheduled = DriverSchedule.Of(asked, 1000, 5);
        Assert.True(scheduled == expected, $"{why}: {scheduled}");
    }

    [Theory]
    [InlineData(Arrivals.Constant)]
    [InlineData(Arrivals.Poisson)]
    public void An_open_loop_is_injected_once_a_second_whatever_its_arrivals(Arrivals arrivals)
    {
        LoadSettings settings = SwarmRuns.Short with { Rate = 100, Arrivals = arrivals };
        var inject = Assert.IsType<LoadSimulation.Inject>(Assert.Single(NBomberLoad.Of(settings, TimeSpan.FromSeconds(2.5))));
        Assert.Equal((100, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)), (inject.Rate, inject.Interval, inject.During));
    }

    [Fact]
    public void A_ramp_comes_before_the_load_and_takes_nothing_of_its_length()
    {
        LoadSettings settings = SwarmRuns.Short with { Warmup = Duration.FromSeconds(4), Ramp = Duration.FromSeconds(3) };
        TimeSpan length = TimeSpan.FromSeconds(5.5);

        LoadSimulation[] closed = NBomberLoad.Of(settings, length);
        LoadSimulation[] open = NBomberLoad.Of(settings with { Rate = 100 }, length);

        Assert.Equal([new LoadSimulation.RampingConstant(8, TimeSpan.FromSeconds(3)), new LoadSimulation.KeepConstant(8, TimeSpan.FromSeconds(8))], closed);
        Assert.Equal(
            [
                new LoadSimulation.RampingInject(100, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)),
                new LoadSimulation.Inject(100, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8)),
            ],
            open);
    }

    [Fact]
    [Trait("needs", "quiet")]
    public async Task A_ramp_whose_first_request_comes_near_its_end_still_has_its_window_within_the_load()
    {
        // One client of a ramp of four seconds: half of it has to pass before half a client is rounded to one.
        LoadSettings settings = SwarmRuns.Short with
        {
            Workload = Workload.Keepalive,
            Connections = 1,
            Ramp = Duration.FromSeconds(4),
            Warmup = Duration.FromSeconds(4),
            Duration = Duration.FromSeconds(1),
        };
        await BusyHost.OneOf(
            async () =>
            {
                LoadDocument document = await BalancedRun("nbomber-stub", settings);
                Assert.Equal(1, document.DurationS, 0.01);
                return document;
            },
            AnsweredAllTheTime);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(100.0)]
    public void A_ramp_that_is_no_whole_number_of_seconds_is_refused(double? rate)
    {
        LoadSettings settings = SwarmRuns.Short with { Rate = rate, Warmup = Duration.FromSeconds(2), Ramp = Duration.FromMilliseconds(1_500) };
        UsageException e = Assert.Throws<UsageException>(() => NBomberLoad.Of(settings, TimeSpan.FromSeconds(3)));
        Assert.Equal("ramp: 1500ms is no whole number of seconds, and the driver nbomber counts in those; use one, or --driver native", e.Message);
    }

    [Fact]
    public void A_rate_that_is_no_whole_number_is_refused()
    {
        UsageException e = Assert.Throws<UsageException>(() => NBomberLoad.Of(SwarmRuns.Short with { Rate = 0.5 }, TimeSpan.FromSeconds(1)));
        Assert.Contains("--driver native", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NBombers_own_reports_go_to_the_folder_that_it_is_given()
    {
        await using TestServer server = new(TestServer.Ok);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("reusebench-nbomber-");
        await Task.Run(() => new NBomberDriver().Run(SwarmRuns.Short, server.Target, new KeptSignals(), folder.FullName,
            TestContext.Current.CancellationToken));
        Assert.Equal(["nbomber_report.csv", "nbomber_report.html"], folder.GetFiles().Select(file => file.Name).Order());
        folder.Delete(recursive: true);
    }

    private static void AnsweredAllTheTime(LoadDocument document) =>
        Assert.All(document.Timeline, point => Assert.True(point.Requests > 0, $"nothing was answered in the interval at {point.StartMs} ms"));

    private static async Task<LoadDocument> BalancedRun(string driver, LoadSettings settings)
    {
        await using TestServer server = new(TestServer.Ok);
        LoadDocument document = await Run(driver, settings, server.Target, new KeptSignals());
        Balanced(document, server);
        return document;
    }

    private static void Balanced(LoadDocument document, TestServer server)
    {
        SwarmRuns.CountsBalance(document);
        Assert.Empty(document.Errors);
        Assert.Equal(server.Requests, document.Life.Answers);
        Assert.Equal(server.Accepted, document.Life.ConnectionsOpened);
        Assert.Equal(server.Requests, document.AnswersByWorker["1"]);
        Assert.Equal(server.Accepted, document.ConnectionsByWorker["1"]);
    }

    private static async Task<LoadDocument> Run(string driver, LoadSettings settings, Target target, KeptSignals signals)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        Func<LoadDocument> run = driver == "native"
            ? () => Swarm.Run(settings, target, signals, stop)
            : () => Driver(driver).Run(settings, target, signals, null, stop);
        LoadDocument document = await Task.Run(run, stop).WaitAsync(SwarmRuns.Limit, stop);
        Assert.Equal(driver.Split('-')[0], document.Driver);
        return document;
    }

    private static ILoadDriver Driver(string driver)
    {
        if (driver == "nbomber-stub")
        {
            return new NBomberDriver();
        }

        string? assembly = Environment.GetEnvironmentVariable(PluginVariable);
        Assert.SkipWhen(assembly is null, $"NBomber is on no feed here; build loadgen/ReuseBench.LoadGen.NBomber and name its assembly in {PluginVariable}");
        return DriverAssembly.Load(assembly!);
    }
}
