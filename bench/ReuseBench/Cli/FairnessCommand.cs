using System.CommandLine;
using ReuseBench.Bench.Experiments;
using ReuseBench.Bench.Runs;
using ReuseBench.Core.Cells;

namespace ReuseBench.Bench.Cli;

/// <summary><c>fairness</c>: the fairness experiments alone, into a run folder like any other.</summary>
internal sealed class FairnessCommand : ICommandModule
{
    private const string OwnMatrix = "fairness";

    private readonly Argument<string?> _name = Positional.Of("matrix", "NAME|FILE", $"matrix to take the cells from [{OwnMatrix}]");

    private readonly Option<string?> _matrix = new("--matrix", "-m") { Description = "the same as an option", HelpName = "NAME|FILE" };

    private readonly RunOptionSet _options = new();

    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("fairness", "p-values over forty hash seeds, every source plan and selector, affinity, accept modes; --dry-run says how long"),
        ("fairness --filter experiment=affinity", "only whether a client address and port keeps its listener when the group changes"),
        ("fairness --filter driver=accept-only,selector=hash --repeats 5 --duration 2s", "more connections at each listener, from every source plan"),
    ];

    public Command Build()
    {
        Command command = new("fairness", "Who gets the connections, and is it more uneven than chance? Ends with CSV files, charts and a report.")
        {
            _name, _matrix,
        };
        _options.AddTo(command);
        command.SetAction(result => RunJob.Execute(_options.Read(result) with
        {
            Matrix = Positional.Either("matrix", result.GetValue(_name), result.GetValue(_matrix)) ?? OwnMatrix,
            Only = IsOwn,
        }));
        return command;
    }

    /// <summary>Another matrix may hold other experiments too.</summary>
    private static bool IsOwn(Cell cell) => ExperimentRegistry.Of(cell).Command == "fairness";
}
