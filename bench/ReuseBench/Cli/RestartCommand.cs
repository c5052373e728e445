using System.CommandLine;
using ReuseBench.Bench.Experiments.Restarts;
using ReuseBench.Bench.Matrices;
using ReuseBench.Bench.Runs;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Cli;

/// <summary><c>restart</c>: what a restart costs, alone.</summary>
internal sealed class RestartCommand : ICommandModule
{
    private const string All = "all";
    private const int DefaultRepeats = 3;

    private readonly Option<string> _method = new("--method")
    {
        Description = $"restart methods, separated by commas: {string.Join(", ", Ours<RestartMethod>(IsMethod).Select(Names.Of))}",
        HelpName = "METHODS",
        DefaultValueFactory = _ => All,
    };

    private readonly Option<string> _stop = new("--stop")
    {
        Description = "graceful (SIGTERM, drained), kill (SIGKILL); separated by "
        + "commas",
        HelpName = "STOPS",
        DefaultValueFactory = _ => All
    };

    private readonly Option<string> _scope = new("--scope")
    {
        Description = "process (one ends, another starts), thread (within one process: the kernel's share), all",
        HelpName = "SCOPES",
        DefaultValueFactory = _ => Names.Of(RestartScope.Process),
    };

    private readonly Option<string> _load = new("--load")
    {
        Description = "idle, in-flight (half of each request sent), queued (connections wait in the accept queue), accepted-unsent (accepted, nothing "
            + "sent); separated by commas",
        HelpName = "LOADS",
        DefaultValueFactory = _ => All,
    };

    private readonly Option<double?> _rate = NumberOption.Any(
        "--rate",
        $"probes per second, at most {RestartRules.MaxProbeRate}: a gap is known to within two intervals [{RestartRules.DefaultProbeRate}]");

    private readonly Option<string> _timeout = new("--restart-timeout")
    {
        Description = "after this long without a listener the gap is recorded as ≥; 70s waits TIME_WAIT out",
        HelpName = "DURATION",
        DefaultValueFactory = _ => "5s",
    };

    private readonly Option<string> _startDelay = new("--start-delay")
    {
        Description = "from the start of the new server to its first bind: what a start of your own server takes; ours is made ready beforehand",
        HelpName = "DURATION",
        DefaultValueFactory = _ => "0s",
    };

    private readonly Option<int?> _workers = NumberOption.Whole(
        "--workers", "serving threads of each server, in a SO_REUSEPORT group each with a listener of its own [1]", "-w");

    private readonly Option<int?> _resizeTo = NumberOption.Whole("--resize-to", "serving threads after a resize; without it resize is left out");

    private readonly RunOptionSet _options = new($"{DefaultRepeats}");

    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("restart --repeats 5", "every method, stopped and killed, idle, in flight and queued; the wait for TIME_WAIT is cut off after 5 s"),
        ("restart --method none,reuseaddr --stop graceful --load idle --restart-timeout 70s", "what SO_REUSEADDR saves, waited out"),
        ("restart --method reuseaddr,handoff --load idle --start-delay 800ms", "the same for a server that takes 800 ms from its start to its bind"),
        ("restart --method handoff --stop graceful --load idle --expect 'gap_ms < 5'", "ends with 3 where one of the restarts is noticed"),
        ("restart --method reuseport-overlap,reuseport-drain --load queued --rate 2000", "what closing a listener with a queue loses, and how to lose nothing"),
        ("restart --method resize --stop graceful --load queued --workers 4 --resize-to 1", "what a group loses that goes from four listeners to one"),
        ("restart --method handoff --load idle --set workload=keepalive", "what clients lose that keep their connections"),
    ];

    public Command Build()
    {
        Command command = new("restart", "What a restart costs: for how long connections are lost, which fail and why; for each restart method.")
        {
            _method, _stop, _scope, _load, _rate, _timeout, _startDelay, _workers, _resizeTo,
        };
        _options.AddTo(command);
        Completions.AddList(_method, [.. Ours<RestartMethod>(IsMethod).Select(Names.Of), All]);
        Completions.AddList(_stop, [.. Names.All<StopSignal>(), All]);
        Completions.AddList(_scope, [.. Names.All<RestartScope>(), All]);
        Completions.AddList(_load, [.. Ours<RestartLoad>(IsLoad).Select(Names.Of), All]);
        command.SetAction(result => RunJob.Execute(Read(result)));
        return command;
    }

    private RunRequest Read(ParseResult result)
    {
        RestartCatalogue catalogue = new()
        {
            Methods = Several<RestartMethod>(result, _method, "method", IsMethod),
            Stops = Several<StopSignal>(result, _stop, "stop", _ => true),
            Scopes = Several<RestartScope>(result, _scope, "scope", _ => true),
            Loads = Several<RestartLoad>(result, _load, "load", IsLoad),
            Timeout = Duration.Parse(result.GetRequiredValue(_timeout), "restart-timeout"),
            StartDelay = Duration.Parse(result.GetRequiredValue(_startDelay), "start-delay"),
            ResizeTo = result.GetValue(_resizeTo),
        };
        (IReadOnlyList<RestartSettings> restarts, IReadOnlyList<string> leftOut) = catalogue.List();
        if (restarts.Count == 0)
        {
            throw new UsageException($"restart: nothing is left of what was asked for. {leftOut[0]}");
        }

        RunRequest request = _options.Read(result);
        return request.Duration is not null
            ? throw new UsageException(
                "duration: has no effect on a restart, which is measured until the new server answers; leave it out, or limit the wait with --restart-timeout")
            : request with
            {
                Built = new Matrix(
                    "restart",
                    "Restarts alone.",
                    Seed: null,
                    [.. restarts.Select(r => new MatrixCell(CellOf(r, result), request.Repeats ?? DefaultRepeats))],
                    Semantics: false)
                {
                    LeftOut = leftOut,
                },
            };
    }

    private Cell CellOf(RestartSettings restart, ParseResult result)
    {
        Cell blank = RestartRules.BlankOf(restart.Method);
        Cell cell = CellRules.Settle(blank with
        {
            Experiment = Experiment.Restart,
            Server = blank.Server with { Workers = result.GetValue(_workers) ?? 1 },
            Load = blank.Load with
            {
                Rate = RateOf(result),
                Timeout = Duration.FromSeconds(3),
                ConnectTimeout = Duration.FromSeconds(3),
            },
            Restart = restart,
        });
        CellRules.Require(cell);
        return cell;
    }

    private double RateOf(ParseResult result)
    {
        double rate = result.GetValue(_rate) ?? RestartRules.DefaultProbeRate;
        return rate is > 0 and <= RestartRules.MaxProbeRate
            ? rate
            : throw new UsageException($"rate: {rate} is out of range; use a number of probes per second above 0 up to {RestartRules.MaxProbeRate}");
    }

    private static bool IsMethod(RestartMethod method) => RestartRules.IsOfOwnServers(method);

    /// <summary>A server of somebody else is reloaded by the cells of a matrix.</summary>
    private static bool IsLoad(RestartLoad load) => load != RestartLoad.Frozen;

    private static T[] Ours<T>(Func<T, bool> isOurs)
        where T : struct, Enum => [.. Enum.GetValues<T>().Where(isOurs)];

    /// <exception cref="UsageException">A name is unknown, or none of this command.</exception>
    private static T[] Several<T>(ParseResult result, Option<string> option, string what, Func<T, bool> isOurs)
        where T : struct, Enum
    {
        T[] ours = Ours(isOurs);
        string text = result.GetRequiredValue(option);
        return text == All ? ours : [.. text.Split(',', StringSplitOptions.TrimEntries).Select(Parse).Distinct()];

        T Parse(string name) => Names.TryParse(name, out T known) && isOurs(known)
            ? known
            : throw Names.Unknown(what, name, [.. ours.Select(Names.Of), All]);
    }
}
