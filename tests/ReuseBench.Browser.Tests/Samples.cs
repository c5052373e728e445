using System.Globalization;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Render;
using ReuseBench.Reports.Tests;
using ReuseBench.Shared;

namespace ReuseBench.Browser.Tests;

/// <summary>The reports that are looked at, each written once.</summary>
public sealed class Samples : IDisposable
{
    public const string Attack = "<script>window.attacked = true</script><img src=x onerror=alert(1)>'\" onload=alert(1) ";

    public const string Speeds = "Speed by variant.";

    public const string Many = "Twelve rows.";

    private readonly string _folder = Directory.CreateTempSubdirectory("reusebench-browser-").FullName;

    private readonly List<RunFolder> _runs = [];

    public Samples()
    {
        Real = RealRun();
        TwentySeries = Synthetic(TwentySeriesOf);
        Hostile = Synthetic(HostileNames);
        Document = Page("document", OwnDocument());
    }

    /// <summary>The report of a run of the released program.</summary>
    public string Real { get; }

    /// <summary>A run of 20 variants, and everything else that a large run has.</summary>
    public string TwentySeries { get; }

    /// <summary>A run and a document in which every text from outside tries to be markup.</summary>
    public string Hostile { get; }

    /// <summary>A document of every kind of block, with points.</summary>
    public string Document { get; }

    /// <summary>The report of that name.</summary>
    public string Of(string name) => name switch
    {
        nameof(Real) => Real,
        nameof(TwentySeries) => TwentySeries,
        nameof(Hostile) => Hostile,
        nameof(Document) => Document,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such sample"),
    };

    public void Dispose()
    {
        _runs.ForEach(r => r.Dispose());
        Directory.Delete(_folder, recursive: true);
    }

    internal string Page(string name, ReportDocument document)
    {
        string path = Path.Combine(_folder, name + ".html");
        File.WriteAllText(path, HtmlWriter.Write(document));
        return path;
    }

    /// <summary>A chart of so many series with ten points each, which lie on a grid.</summary>
    internal static Picture Chart(string name, int series) => new(name, $"charts/{name}.svg", $"charts/{name}.png", Svg(), ["How to read it."])
    {
        AltText = "Series 1 is ahead.",
        Points =
        [
            .. from s in Enumerable.Range(1, series)
               from w in Enumerable.Range(1, 10)
               select new PicturePoint($"series {s}", $"{w} workers", w / 11.0, s / (series + 1.0), $"{(1000 * s) + w} requests/s")
               {
                   Color = s <= 2 ? "#0072b2" : s == 3 ? "#ee00cc" : "#d55e00",
               },
        ],
    };

    private static string Svg() => """
        <svg xmlns="http://www.w3.org/2000/svg" width="1200" height="600" viewBox="0 0 1200 600"><title>It's 100 % &lt;of&gt; it</title>
        	<rect fill="#ffffff" width="1200.0001" height="600"/>
        	<path fill="none" stroke="#0072B2" d="M10 10L90 90"/><circle fill="#E0C" cx="5" cy="5" r="3"/><rect fill="#D55E00" width="9" height="9"/>
        	<text x="20" y="30" font-size="11">1.23456 stays</text>
        </svg>
        """;

    private static ReportDocument OwnDocument() => new(
        "A page of every kind of block",
        "What stands below the title",
        [
            new Section("Speed", [
                new Table(
                    Speeds,
                    [new Column("Variant"), new Column("Rate") { Unit = "k requests/s" }, new Column("p99"), new Column("Verdict")],
                    [
                        ["single", "9.50", "1.2 ms", new Entry("") { Marks = [new VerdictMark(Grade.Ok, "ok", "")] }],
                        [
                            "shared",
                            "–",
                            "900 µs",
                            new Entry("") { Marks = [new VerdictMark(Grade.Invalid, "client-saturated", "The client was \"busy\".")] },
                        ],
                        [
                            "reuseport",
                            new Entry("10.25") { Marks = [new VerdictMark(Grade.Limited, "too-few-cpus", "Fewer CPUs than threads.")] },
                            "15 ms",
                            new Entry("results.csv") { Link = "results.csv" },
                        ],
                    ]),
                Chart("twenty", 20),
                new Fold("Every cell", [
                    new Paragraph("This is folded."),
                    new Subheading("Inside"),
                    new Table(Many, ["Name", "Number"], [.. Enumerable.Range(1, 12).Select(i => (IReadOnlyList<string>)[$"row {i}", $"{5 + (i % 3)}"])]),
                ]),
            ]),
            new Section("Verdicts", [new Subheading("Inside"), new Code("reusebench run --matrix quick  # `twice`"), new Bullets(["one", "two"])]),
        ])
    {
        First =
        [
            new Lead(
                "Which variant accepts most on 2 CPUs?",
                ["reuseport accepts 1.4 × single."],
                ["Use reuseport."],
                [new Tile("12", "valid") { Grade = Grade.Ok }, new Tile("3", "valid with caveats") { Grade = Grade.Limited },
                    new Tile("1", "invalid") { Grade = Grade.Invalid }, new Tile("16", "repeats")]),
        ],
    };

    private static void TwentySeriesOf(RunFolder run)
    {
        SyntheticRuns.Full(run);
        string[] selectors = ["hash", "cbpf-cpu", "cbpf-random", "incoming-cpu", "ebpf-weight", "ebpf-round-robin"];
        int series = 0;
        foreach ((string selector, string reuseaddr) in selectors.SelectMany(s => new[] { (s, "off"), (s, "on") }).Concat(
            selectors.SelectMany(s => new[] { (s, "off-two"), (s, "on-two") })).Skip(1).Take(20))
        {
            series++;
            foreach (int workers in (int[])[1, 2, 4, 8])
            {
                ResultRow row = RunFolder.Row("reuseport", workers) with
                {
                    Workload = "connect",
                    Selector = selector,
                    Reuseaddr = reuseaddr.Split('-')[0],
                    Processes = reuseaddr.EndsWith("two", StringComparison.Ordinal) ? 2 : 1,
                    CellId = string.Create(CultureInfo.InvariantCulture, $"many-{selector}-{reuseaddr}-w{workers}"),
                };
                run.AddRepeats(row, [.. Enumerable.Range(0, 3).Select(i => (20_000 + (900 * series)) * Math.Sqrt(workers) * (1 + (0.01 * i)))]);
            }
        }
    }

    private static void HostileNames(RunFolder run)
    {
        SyntheticRuns.Smoke(run);
        run.Manifest = run.Manifest with
        {
            RunId = Attack,
            Matrix = Attack,
            Isolation = Attack,
            Skipped = [Attack],
            Arguments = ["run", "--matrix", Attack],
            Host = run.Manifest.Host with { Kernel = Attack, CpuModel = Attack },
        };
        run.Add(RunFolder.Row("reuseport", 2) with { CellId = Attack, Isolation = Attack, Failure = Attack, ConnectionsPerS = 1 });
    }

    private string RealRun()
    {
        string folder = Path.Combine(_folder, "real");
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.EnumerateFiles(Repository.RunOfVersion1))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        return Report.Write(folder, TextWriter.Null).Html;
    }

    private string Synthetic(Action<RunFolder> fill)
    {
        RunFolder run = new();
        _runs.Add(run);
        fill(run);
        return Report.Write(run.Write().Path, TextWriter.Null).Html;
    }
}
