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

/// <summary>
/// The matrix, each distinct grid once: states whose grids agree are folded within a pair of addresses, then pairs whose
/// folded blocks agree.
/// </summary>
internal static class FoldedMatrix
{
    public static IEnumerable<string> Lines(IReadOnlyList<Outcome> outcomes)
    {
        foreach (IGrouping<string, Outcome> slice in outcomes.GroupBy(o => Slice(o.Case)))
        {
            foreach (IGrouping<string, string> block in slice.GroupBy(o => o.Case.Addresses).GroupBy(Block, p => p.Key.Name))
            {
                yield return $"{slice.Key}: {string.Join(", ", block)}";
                yield return block.Key;
                yield return "";
            }
        }
    }

    /// <summary>What a case varies beside options, state and addresses.</summary>
    private static string Slice(SemanticCase c) =>
        Names.Of(c.Transport)
        + (c.User == SecondUser.Other ? ", second socket of another user" : "")
        + c.Device switch
        {
            DeviceBinding.Same => ", both bound to one device",
            DeviceBinding.Other => ", each bound to a device of its own",
            _ => "",
        };

    private static string Block(IEnumerable<Outcome> ofOnePair) => string.Join(
        '\n',
        ofOnePair
            .GroupBy(o => o.Case.State)
            .GroupBy(OutcomeGrid.Of, state => Names.Of(state.Key))
            .Select(states => $"  first socket {string.Join(", ", states)}\n{states.Key}"));
}
