using ReuseBench.Core.Units;
using ReuseBench.Linux;
using ReuseBench.Semantics.Cases;
using ReuseBench.Semantics.Model;
using ReuseBench.Semantics.Probing;

namespace ReuseBench.Semantics.Output;

/// <summary>The sixteen outcomes of one state and pair of addresses: a row for each option of the first socket, a column for the second's.</summary>
internal static class OutcomeGrid
{
    public const string Legend =
        "cells: who gets the connections where the second socket binds and listens (first, second, both, each its own), else the errno; "
        + "+ the first may listen afterwards too, - it may not any more; ! the model says otherwise";

    private const int ColumnWidth = 13;

    public static string Of(IEnumerable<Outcome> outcomes)
    {
        ReuseOptions[] options = Enum.GetValues<ReuseOptions>();
        Dictionary<(ReuseOptions First, ReuseOptions Second), string> cells =
            outcomes.ToDictionary(o => (o.Case.First, o.Case.Second), Cell);
        IEnumerable<string> lines = options.Select(first =>
            Line(Names.Of(first), options.Select(second => cells.GetValueOrDefault((first, second), ""))));
        return string.Join('\n', lines.Prepend(Line("first \\ second", options.Select(Names.Of))));
    }

    private static string Line(string head, IEnumerable<string> cells) =>
        ("    " + head.PadRight(ColumnWidth + 2) + string.Concat(cells.Select(c => c.PadRight(ColumnWidth)))).TrimEnd();

    private static string Cell(Outcome outcome) => outcome.Observation is { } observed
        ? (outcome.Agrees == false ? "!" : "") + Text(observed)
        : Names.Of(outcome.Untried!.Kind);

    private static string Text(Observation observed)
    {
        if (observed.Bind < 0)
        {
            return Errno.FromResult(observed.Bind).Name;
        }

        if (observed.Listen < 0)
        {
            return $"listen:{Errno.FromResult(observed.Listen.Value).Name}";
        }

        return Names.Of(observed.Receivers!.Value) + observed.FirstListen switch
        {
            null => "",
            < 0 => "-",
            _ => "+",
        };
    }
}
