using ReuseBench.Core.Results;
using ReuseBench.Reports.Document;

namespace ReuseBench.Reports.Topics.Semantics;

/// <summary>The cases of <c>semantics.csv</c> as tables: one for each set of address pairs that agree in every state.</summary>
internal static class SemanticsGrid
{
    private const string Ok = "ok";

    public static IEnumerable<Block> Fold(IEnumerable<SemanticsRow> cases) =>
        from slice in cases.GroupBy(Slice)
        from block in slice.GroupBy(c => c.Addresses).GroupBy(pair => Text(Rows(pair)), pair => pair)
        select new Table(
            $"{slice.Key}. Addresses: {string.Join(", ", block.Select(pair => pair.Key))}",
            ["First socket", "its option", .. Options(block.First()).Select(o => "second: " + o)],
            Rows(block.First()));

    private static string Slice(SemanticsRow row) =>
        (row.Transport ?? "").ToUpperInvariant()
        + (row.User == "other" ? ", second socket of another user" : "")
        + row.Device switch
        {
            "same" => ", both bound to one device",
            "other" => ", each bound to a device of its own",
            _ => "",
        };

    /// <summary>States whose sixteen cells agree share their rows.</summary>
    private static IReadOnlyList<IReadOnlyList<string>> Rows(IEnumerable<SemanticsRow> ofOnePair) =>
    [
        .. from states in ofOnePair.GroupBy(c => c.FirstState).GroupBy(state => Text(Cells(state)), state => state)
           from cells in Cells(states.First())
           select (IReadOnlyList<string>)[string.Join(", ", states.Select(s => s.Key)), .. cells],
    ];

    private static IEnumerable<IReadOnlyList<string>> Cells(IEnumerable<SemanticsRow> ofOneState) =>
        ofOneState.GroupBy(c => c.FirstOptions).Select(first => (IReadOnlyList<string>)[first.Key ?? "", .. first.Select(Cell)]);

    private static IEnumerable<string?> Options(IEnumerable<SemanticsRow> rows) => rows.Select(r => r.SecondOptions).Distinct();

    private static string Cell(SemanticsRow row)
    {
        if (row.Status != "tried")
        {
            return row.Status;
        }

        string mark = row.Agrees == false ? "!" : "";
        if (row.Bind != Ok)
        {
            return mark + row.Bind;
        }

        if (row.Listen is not (null or Ok))
        {
            return $"{mark}listen: {row.Listen}";
        }

        return mark + row.Receivers + row.FirstListen switch
        {
            null => "",
            Ok => " +",
            _ => " -",
        };
    }

    private static string Text(IEnumerable<IReadOnlyList<string>> rows) => string.Join('\n', rows.Select(r => string.Join('\t', r)));
}
