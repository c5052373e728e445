using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics.Semantics;

/// <summary>What the kernel really does with the two options: claims, .NET, and the matrix, folded where whole blocks agree.</summary>
public sealed class SemanticsTopic : ITopic
{
    private const string Title = "What do SO_REUSEADDR and SO_REUSEPORT do on this kernel?";

    public string Name => "semantics";

    public IReadOnlyCollection<Experiment> Experiments => [];

    public IEnumerable<Finding> Find(RunAnalysis run)
    {
        SemanticsRow[] cases = [.. run.Data.Table<SemanticsRow>().Where(r => r.Kind == "case")];
        int tried = cases.Count(c => c.Status == "tried");
        int different = cases.Count(c => c.Agrees == false);
        return tried == 0 ? [] :
        [
            new Finding
            {
                Topic = Name,
                Kind = "documented_rules",
                Metric = "cases",
                Claim = different == 0 ? "as_documented" : "not_as_documented",
                Estimates = [new FindingEstimate("", "cases that came out otherwise than documented", "", different) { Repeats = tried,
                    Expected = 0 }],
            },
        ];
    }

    public Statement Describe(Finding finding) => new(
        Title,
        $"{Words.Count(finding.Estimates[0].Repeats, "case")} of the two options were tried; {finding.Estimates[0].Value:0} "
            + "differ from the documented rules.");

    public IEnumerable<Headline> Headlines(RunAnalysis run, IReadOnlyList<Finding> found)
    {
        foreach (FindingEstimate cases in found.SelectMany(f => f.Estimates))
        {
            SemanticsRow[] claims = [.. run.Data.Table<SemanticsRow>().Where(r => r is { Kind: "claim", Verdict: not null })];
            string tried = claims.Length == 0 ? "" : $" Of {Words.Count(claims.Length, "common claim")}, {claims.Count(c => c.Verdict == Holds)} hold, "
                + $"{claims.Count(c => c.Verdict == "holds-if")} hold under a condition, {claims.Count(c => c.Verdict is not (Holds or "holds-if"))} do not.";
            yield return new Headline(
                HeadlineKind.Options,
                (cases.Value == 0 ? $"This kernel treats SO_REUSEADDR and SO_REUSEPORT as documented in all {cases.Repeats} cases."
                    : $"This kernel differs from the documented rules of SO_REUSEADDR and SO_REUSEPORT in {cases.Value:0} of {cases.Repeats} cases.") + tried);
        }
    }

    public IEnumerable<Section> Sections(TopicMaterial material)
    {
        IReadOnlyList<SemanticsRow> rows = material.Run.Data.Table<SemanticsRow>();
        return [new Section(Title, rows.Count == 0 ? [] : [.. Build([.. rows])])];
    }

    private static IEnumerable<Block> Build(SemanticsRow[] rows)
    {
        SemanticsRow[] cases = [.. rows.Where(r => r.Kind == "case")];
        SemanticsRow[] claims = [.. rows.Where(r => r.Kind == "claim")];
        SemanticsRow[] surprising = [.. claims.Where(r => r.Verdict != Holds)];
        SemanticsRow[] dotnet = [.. rows.Where(r => r.Kind == "dotnet")];
        if (cases.Length > 0)
        {
            yield return new Paragraph(
                $"{cases.Count(c => c.Status == "tried")} cases were tried; in {cases.Count(c => c.Agrees == false)} of them the kernel differs from the documented "
                    + "rules.");
            string[] unusual = [.. cases.Where(c => c.Agrees == false).Select(Difference)];
            if (unusual.Length > 0)
            {
                yield return new Bullets(unusual);
            }
        }

        if (surprising.Length > 0)
        {
            yield return new Table(
                "Common claims about the two options that do not hold as they are said.",
                ["Claim", "Verdict", "Said in"],
                [.. surprising.Select(r => (IReadOnlyList<string>)[r.Sentence ?? r.Name, VerdictOf(r), r.Source ?? ""])]);
        }

        if (claims.Length > 0)
        {
            yield return new Fold($"All {Words.Count(claims.Length, "claim")}, with what was tried",
            [
                new Table(
                    "What is said about the two options, and what came of it when it was tried.", ["Claim", "Said in", "Verdict", "Tried"], [.. claims.Select(Claim)]),
            ]);
        }

        if (dotnet.Length > 0)
        {
            yield return new Fold(".NET: what its calls set",
            [
                new Table("Read back with getsockopt(2).", ["Calls", "SO_REUSEADDR", "SO_REUSEPORT", "ReuseAddress reads"], [.. dotnet.Select(Calls)]),
            ]);
        }

        if (cases.Length > 0)
        {
            yield return new Fold($"Every case ({cases.Length})",
            [
                new Paragraph("A first socket is brought to a state, then a second one tries to have its port."),
                new Bullets([.. Remarks(cases)]),
                .. SemanticsGrid.Fold(cases),
            ]);
        }
    }

    private const string Holds = "holds";

    private static IReadOnlyList<string> Claim(SemanticsRow row)
    {
        return [row.Sentence ?? row.Name, row.Source ?? "", VerdictOf(row), row.Evidence ?? ""];
    }

    private static string VerdictOf(SemanticsRow row) => row.Verdict switch
    {
        null => $"{row.Status}: {row.Reason}",
        "holds-if" => $"holds if {row.Condition}",
        _ => row.Verdict.Replace('-', ' '),
    };

    private static string Difference(SemanticsRow row) =>
        $"{row.Name}: bind {row.Bind}, listen {row.Listen ?? "-"}, to {row.Receivers ?? "-"}; "
            + $"expected bind {row.BindPredicted}, listen {row.ListenPredicted ?? "-"}, to {row.ReceiversPredicted ?? "-"}";

    private static IReadOnlyList<string> Calls(SemanticsRow row) =>
        [row.Sentence ?? row.Name, OnOff(row.Reuseaddr), OnOff(row.Reuseport), OnOff(row.ReuseAddressGetter)];

    private static IEnumerable<string> Remarks(SemanticsRow[] cases)
    {
        yield return "A cell says who gets the connections where the second socket binds and listens: first, second, both, or each its own; "
            + "else the error. + the first may listen afterwards too, - it may not any more, ! the documented rules say otherwise.";
        foreach (IGrouping<(string Status, string? Reason), SemanticsRow> untried in
            cases.Where(c => c.Status != "tried").GroupBy(c => (c.Status, c.Reason)))
        {
            yield return $"{untried.Count()} cases {untried.Key.Status}: {untried.Key.Reason}";
        }
    }

    private static string OnOff(bool? set) => set switch
    {
        null => "",
        true => "on",
        false => "off",
    };
}

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
