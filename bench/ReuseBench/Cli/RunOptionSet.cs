using System.CommandLine;
using ReuseBench.Bench.Runs;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Reports;

namespace ReuseBench.Bench.Cli;

/// <summary>Options of every command that measures cells into a run folder: <c>run</c>, <c>fairness</c> and <c>restart</c> take the same.</summary>
/// <param name="repeats">What stands for the number of repeats where the option is not given.</param>
internal sealed class RunOptionSet(string repeats = "the matrix's")
{
    private readonly Option<string?> _out = new("--out", "-o") { Description = "folder of the run, new or empty [results/<run-id>]", HelpName = "DIR" };

    private readonly Option<string[]> _filter = CellOptions.Filter();

    private readonly Option<int?> _repeats = NumberOption.Whole("--repeats", $"repeats per cell [{repeats}]", "-r");

    private readonly Option<string?> _duration = new("--duration", "-d")
    {
        Description = "measured window of every repeat; a restart has none [the matrix's]",
        HelpName = "DURATION",
    };

    private readonly Option<string?> _budget = new("--budget")
    {
        Description = "wall time within which rounds go on until all comparisons are decided; none takes the repeats [the matrix's]",
        HelpName = "DURATION|none",
    };

    private readonly Option<ulong?> _seed = NumberOption.Seed("seed of the order and of the swarms [the matrix's, or a fresh one each run]");

    private readonly Option<string?> _serverCpus = new("--server-cpus") { Description = "CPUs for the server [half of the physical cores]", HelpName = "LIST" };

    private readonly Option<string?> _clientCpus = new("--client-cpus") { Description = "CPUs for the swarm [the others]", HelpName = "LIST" };

    private readonly Option<string?> _numa = new("--numa")
    {
        Description = "server and swarm on one NUMA node (same) or on different ones (apart) [the matrix's, or all cores in the order of the nodes]",
        HelpName = "same|apart",
    };

    private readonly Option<string> _isolate = new("--isolate")
    {
        Description = "run each repeat in a network namespace of its own: auto (where that can be had), netns (or fail), none",
        HelpName = string.Join('|', Names.All<Isolation>()),
        DefaultValueFactory = _ => Names.Of(Isolation.Auto),
    };

    private readonly Option<bool> _dryRun = new("--dry-run", "-n") { Description = "print the cells and the estimated time, measure nothing" };

    private readonly Option<double?> _margin = NumberOption.Margin();

    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "print what server and swarm say on standard error" };

    private readonly OutputOptions _output = new();

    private readonly ThresholdOptions _thresholds = new();

    /// <summary>Adds them all, in the order of help.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_out, _filter, _repeats, _duration, _budget, _seed, _serverCpus, _clientCpus, _numa, _isolate, _dryRun])
        {
            command.Add(option);
        }

        _thresholds.AddTo(command);
        command.Add(_margin);
        _output.AddTo(command);
        command.Add(_verbose);
    }

    /// <summary>The request so far; what is to be measured is the command's.</summary>
    /// <exception cref="Core.UsageException">A value is none of its option.</exception>
    public RunRequest Read(ParseResult result) => new()
    {
        Out = result.GetValue(_out),
        Filter = result.GetValue(_filter) ?? [],
        Repeats = result.GetValue(_repeats),
        Duration = result.GetValue(_duration) is { } text ? Duration.Parse(text, "duration") : null,
        Budget = result.GetValue(_budget) switch { null => null, "none" => Duration.Zero, { } time => Duration.Parse(time, "budget") },
        Seed = result.GetValue(_seed),
        ServerCpus = result.GetValue(_serverCpus),
        ClientCpus = result.GetValue(_clientCpus),
        Numa = result.GetValue(_numa) is { } numa ? Names.Parse<NumaPlacement>(numa, "numa") : null,
        Isolation = Names.Parse<Isolation>(result.GetRequiredValue(_isolate), "isolate"),
        DryRun = result.GetValue(_dryRun),
        Margin = result.GetValue(_margin) ?? Report.DefaultMargin,
        Verbose = result.GetValue(_verbose),
        Output = _output.Read(result),
        Expect = _thresholds.Expect(result),
        FailOn = _thresholds.FailOn(result),
        Arguments = [.. result.Tokens.Select(t => t.Value)],
    };
}

/// <summary>How a command that ends with a result says it: for people, for people in a hurry, or for programs.</summary>
internal sealed class OutputOptions
{
    private readonly Option<bool> _json = new("--json") { Description = "print the result as one JSON document on standard output, and nothing else there" };

    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "no plan and no progress; only the result, and what went wrong" };

    /// <summary>Adds them.</summary>
    public void AddTo(Command command)
    {
        command.Add(_json);
        command.Add(_quiet);
    }

    /// <summary>What was asked for.</summary>
    public OutputForm Read(ParseResult result) => new(result.GetValue(_json), result.GetValue(_quiet));
}
