using System.CommandLine;
using ReuseBench.Bench.Experiments;
using ReuseBench.Bench.Matrices;
using ReuseBench.Bench.Runs;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Cli;

/// <summary><c>fairness</c>: the fairness experiments alone, into a run folder like any other.</summary>
internal sealed class FairnessCommand : ICommandModule
{
    private const string OwnMatrix = "fairness";

    private readonly Option<string> _matrix = new("--matrix")
    {
        Description = "matrix to take the cells from",
        HelpName = "NAME|FILE",
        DefaultValueFactory = _ => OwnMatrix,
    };

    private readonly Option<string?> _out = new("--out") { Description = "folder of the run, new or empty [results/<run-id>]", HelpName = "DIR" };

    private readonly Option<string[]> _filter = CellOptions.Filter();

    private readonly Option<string[]> _set = CellOptions.Set();

    private readonly Option<int?> _repeats = NumberOption.Whole("--repeats", "repeats of every cell, instead of the matrix's");

    private readonly Option<string?> _duration = new("--duration") { Description = "window of every repeat, instead of the matrix's", HelpName = "DURATION" };

    private readonly Option<ulong?> _seed = NumberOption.Seed("seed of the order and of the source plans [the matrix's, or a fresh one each run]");

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "print the cells and the estimated time, measure nothing" };

    private readonly ThresholdOptions _thresholds = new();

    private readonly OutcomeOptions _outcome = new();

    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("fairness", "p-values over forty hash seeds, every source plan and selector, affinity, accept modes; --dry-run says how long"),
        ("fairness --filter experiment=affinity", "only whether a tuple keeps its listener when the group changes"),
        ("fairness --filter driver=accept-only,selector=hash --repeats 5 --duration 2s", "more connections at each listener, from every source plan"),
    ];

    public Command Build()
    {
        Command command = new("fairness", "Who gets the connections, and is it more uneven than chance? Ends with CSV files, charts and a report.")
        {
            _matrix, _out, _filter, _set, _repeats, _duration, _seed, _dryRun,
        };
        _thresholds.AddTo(command);
        _outcome.AddTo(command);
        command.SetAction(result => RunJob.Execute(new RunRequest
        {
            Matrix = result.GetRequiredValue(_matrix),
            Out = result.GetValue(_out),
            Only = IsOwn,
            Filter = result.GetValue(_filter) ?? [],
            Set = SettingOverride.Parse(result.GetValue(_set) ?? []),
            Repeats = result.GetValue(_repeats),
            Duration = result.GetValue(_duration) is { } text ? Duration.Parse(text, "duration") : null,
            Seed = result.GetValue(_seed),
            DryRun = result.GetValue(_dryRun),
            Expect = _thresholds.Expect(result),
            FailOn = _thresholds.FailOn(result),
            Outcome = _outcome.Read(result),
            Arguments = [.. result.Tokens.Select(t => t.Value)],
        }));
        return command;
    }

    /// <summary>Another matrix may hold other experiments too.</summary>
    private static bool IsOwn(Cell cell) => ExperimentRegistry.Of(cell).Command == "fairness";
}
