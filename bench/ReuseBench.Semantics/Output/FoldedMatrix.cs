using ReuseBench.Core.Units;
using ReuseBench.Semantics.Cases;
using ReuseBench.Semantics.Probing;

namespace ReuseBench.Semantics.Output;

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
