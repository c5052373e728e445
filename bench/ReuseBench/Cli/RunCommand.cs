using System.CommandLine;
using ReuseBench.Bench.Matrices;
using ReuseBench.Bench.Runs;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Reports;

namespace ReuseBench.Bench.Cli;

/// <summary><c>run</c>: the main job.</summary>
internal sealed class RunCommand : ICommandModule
{
    private readonly Option<string?> _matrix = new("--matrix")
    {
        Description = "the same as an option",
        HelpName = "NAME|FILE|-",
    };

    private readonly Argument<string?> _name = Positional.Of("matrix", "smoke, quick, full, the path of a matrix file, or - for standard input");

    private readonly Option<string?> _out = new("--out")
    {
        Description = "folder of the run, new or empty [results/<run-id>]",
        HelpName = "DIR",
    };

    private readonly Option<string[]> _filter = CellOptions.Filter();

    private readonly Option<string[]> _set = CellOptions.Set();

    private readonly Option<int?> _repeats = NumberOption.Whole("--repeats", "repeats of every cell, instead of the matrix's");

    private readonly Option<string?> _duration = new("--duration")
    {
        Description = "measured window of every repeat, instead of the matrix's",
        HelpName = "DURATION",
    };

    private readonly Option<string?> _budget = new("--budget")
    {
        Description = "wall time within which rounds go on until all that is compared is decided, instead of the matrix's; none takes its repeats",
        HelpName = "DURATION|none",
    };

    private readonly Option<ulong?> _seed = NumberOption.Seed("seed of the order and of the swarms [the matrix's, or a fresh one each run]");

    private readonly Option<string?> _serverCpus = new("--server-cpus")
    {
        Description = "CPUs for the server [half of the physical cores]",
        HelpName = "LIST",
    };

    private readonly Option<string?> _clientCpus = new("--client-cpus") { Description = "CPUs for the swarm [the others]", HelpName = "LIST" };

    private readonly Option<string?> _driver = new("--driver") { Description = "native or nbomber, instead of the matrix's", HelpName = "DRIVER" };

    private readonly Option<string?> _numa = new("--numa")
    {
        Description = "server and swarm on one NUMA node (same) or on different ones (apart), instead of the matrix's [all cores, split in the order of "
            + "the nodes]",
        HelpName = "same|apart",
    };

    private readonly Option<string> _isolate = new("--isolate")
    {
        Description = "run each repeat in a network namespace of its own: auto, netns or none",
        HelpName = "auto|netns|none",
        DefaultValueFactory = _ => Names.Of(Isolation.Auto),
    };

    private readonly Option<string?> _resume = new("--resume") { Description = "continue an interrupted run", HelpName = "DIR" };

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "print the expanded cells and the estimated time, measure nothing" };

    private readonly Option<bool> _withMicro = new("--with-micro") { Description = "also run the micro-benchmarks and take them into the report" };

    private readonly Option<string?> _micro = new("--micro")
    {
        Description = "how thoroughly: full, or short for a quick look; implies --with-micro [full]",
        HelpName = "short|full",
    };

    private readonly Option<double?> _margin = NumberOption.Margin();

    private readonly Option<bool> _verbose = new("--verbose") { Description = "print what server and swarm say on standard error" };

    private readonly ThresholdOptions _thresholds = new();

    private readonly OutcomeOptions _outcome = new();

    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("run smoke", "every variant once or twice, under 90 s, ends with a report"),
        ("run --matrix full --dry-run", "the cells of the full matrix on this host, and how long they would take"),
        ("run --matrix quick --filter 'variant=shared|reuseport,workload=connect' --repeats 5", "a part of a matrix, with more repeats"),
        ("run quick --set service_time=20us --set backlog='128|4096'", "settings in place of the matrix's, in all of its cells"),
        ("run --matrix full --server-cpus 0-7 --client-cpus 8-15 --out /srv/lab/run-17", "on CPUs of your choice, into a folder of your choice"),
        ("run --matrix quick --budget 5m", "rounds until every comparison is decided or five minutes are over"),
        ("run --matrix smoke --expect 'errors = 0' --expect 'gap_ms < 2s' --fail-on invalid", "held to thresholds: exit code 3 where one is missed"),
        ("run --matrix quick --micro short", "with the micro-benchmarks in the report, as a quick look"),
        ("run --resume results/20260101-120000-full", "continues where Ctrl-C ended it"),
    ];

    public Command Build()
    {
        Command command = new("run", "Runs a matrix of cells and ends with CSV files, charts and a report.")
        {
            _name, _matrix, _out, _filter, _set, _repeats, _duration, _budget, _seed, _serverCpus, _clientCpus, _numa, _driver, _isolate, _resume,
            _dryRun,
            _withMicro, _micro, _margin, _verbose,
        };
        _thresholds.AddTo(command);
        _outcome.AddTo(command);
        command.SetAction(result => RunJob.Execute(Read(result)));
        return command;
    }

    private RunRequest Read(ParseResult result) => new()
    {
        Matrix = Positional.Either("matrix", result.GetValue(_name), result.GetValue(_matrix)),
        Out = result.GetValue(_out),
        Filter = result.GetValue(_filter) ?? [],
        Set = SettingOverride.Parse(result.GetValue(_set) ?? []),
        Repeats = result.GetValue(_repeats),
        Duration = result.GetValue(_duration) is { } text ? Duration.Parse(text, "duration") : null,
        Budget = result.GetValue(_budget) switch { null => null, "none" => Duration.Zero, { } time => Duration.Parse(time, "budget") },
        Seed = result.GetValue(_seed),
        ServerCpus = result.GetValue(_serverCpus),
        ClientCpus = result.GetValue(_clientCpus),
        Numa = result.GetValue(_numa) is { } numa ? Names.Parse<NumaPlacement>(numa, "numa") : null,
        Driver = result.GetValue(_driver) is { } driver ? DriverNamed(driver) : null,
        Isolation = Names.Parse<Isolation>(result.GetRequiredValue(_isolate), "isolate"),
        Resume = result.GetValue(_resume),
        DryRun = result.GetValue(_dryRun),
        Micro = ReadMicro(result),
        Margin = result.GetValue(_margin) ?? Report.DefaultMargin,
        Verbose = result.GetValue(_verbose),
        Expect = _thresholds.Expect(result),
        FailOn = _thresholds.FailOn(result),
        Outcome = _outcome.Read(result),
        Arguments = [.. result.Tokens.Select(t => t.Value)],
    };

    /// <summary>An accept-only probe belongs to its cells: nobody chooses it for others.</summary>
    private static Driver DriverNamed(string text) => Names.TryParse(text, out Driver driver) && driver != Driver.AcceptOnly
        ? driver
        : throw new UsageException($"driver: '{text}' is unknown; use one of {Names.Of(Driver.Native)}, {Names.Of(Driver.Nbomber)}");

    private MicroJob? ReadMicro(ParseResult result)
    {
        if (result.GetValue(_micro) is { } job)
        {
            return Names.Parse<MicroJob>(job, "micro");
        }

        return result.GetValue(_withMicro) ? MicroJob.Full : null;
    }
}
