using System.Globalization;
using System.Text;
using ReuseBench.Core.Results;
using ReuseBench.Reports.Index;
using ReuseBench.Shared;

namespace ReuseBench.Reports.Tests;

/// <summary>reports/examples: folders of runs, in a folder for each host, and the page that lists them, which is made from their manifests.</summary>
public sealed class ExamplesIndexTests : IDisposable
{
    private const string Head = """
        # Examples

        Reports of runs with their manifest and main tables, by the host that they are from.
        `reusebench report --index reports/examples` makes one page over them, with changes over time.
        `tests/ReuseBench.Reports.Tests` writes this page (docs/README.md).


        """;

    private static readonly string Examples = Repository.At("reports", "examples");

    private readonly string _index = Directory.CreateTempSubdirectory("reusebench-examples-").FullName;

    public void Dispose() => Directory.Delete(_index, recursive: true);

    [Fact]
    public void Each_example_is_on_the_page_under_its_host()
    {
        StringBuilder page = new(Head);
        foreach (IGrouping<string, (string Folder, RunManifest Manifest)> host in Runs().GroupBy(r => HostOf(r.Manifest.Host)))
        {
            page.Append(CultureInfo.InvariantCulture, $"## {host.Key}\n\n| run | matrix | date | version |\n|---|---|---|---|\n");
            foreach ((string folder, RunManifest manifest) in host)
            {
                string to = File.Exists(Path.Combine(Examples, folder, RunFiles.ReportMarkdown)) ? $"{folder}/{RunFiles.ReportMarkdown}" : $"{folder}/";
                page.Append(
                    CultureInfo.InvariantCulture,
                    $"| [{folder}]({to}) | {manifest.Matrix} | {manifest.StartedUtc[..10]} | {manifest.Host.ReuseBenchVersion} |\n");
            }

            page.Append('\n');
        }

        page.Append("## Beside them\n\n");
        foreach (string entry in Beside())
        {
            page.Append(CultureInfo.InvariantCulture, $"- [{entry}]({entry})\n");
        }

        Repository.RequireSame(page.ToString(), "reports", "examples", "README.md");
    }

    [Fact]
    public void Each_example_is_a_run_that_an_index_takes()
    {
        foreach ((string folder, _) in Runs())
        {
            string copy = Directory.CreateDirectory(Path.Combine(_index, folder)).FullName;
            foreach (string file in Tables.All.Select(t => t.FileName).Append(RunFiles.Manifest).Where(f => File.Exists(Path.Combine(Examples, folder, f))))
            {
                File.Copy(Path.Combine(Examples, folder, file), Path.Combine(copy, file));
            }
        }

        IndexPaths paths = RunIndex.Write(_index, TextWriter.Null);
        Assert.Equal((Runs().Length, 0), (paths.Runs, paths.LeftOut));
    }

    public static TheoryData<string> Pages => [.. PagesOfExamples()];

    /// <summary>A report that was published in part before that was done by `report --publish --brief`: written anew on request, as the tool would.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void No_link_of_an_example_is_dead(string page)
    {
        string path = Path.Combine(Examples, page);
        if (page.EndsWith(".html", StringComparison.Ordinal))
        {
            string folder = Path.GetDirectoryName(path)!;
            Repository.RequireSame(
                PageLinks.DropDead(File.ReadAllText(path), target => Path.Exists(Path.Combine(folder, target))), "reports", "examples", page);
        }

        Assert.Empty(PageLinksOf.Dead(path));
    }

    [Fact]
    public void Pages_with_links_were_found() => Assert.Contains(PagesOfExamples(), page => PageLinksOf.All(Path.Combine(Examples, page)).Count > 3);

    private static IEnumerable<string> PagesOfExamples() =>
        Directory.EnumerateFiles(Examples, "*", SearchOption.AllDirectories).Where(page => Path.GetExtension(page) is ".html" or ".md")
            .Select(page => Path.GetRelativePath(Examples, page)).Order(StringComparer.Ordinal);

    private static (string Folder, RunManifest Manifest)[] Runs() =>
    [
        .. Directory.EnumerateFiles(Examples, RunFiles.Manifest, SearchOption.AllDirectories).Select(f => Path.GetDirectoryName(f)!)
            .Select(folder => (Path.GetRelativePath(Examples, folder), RunManifestFile.Read(folder)))
            .OrderBy(run => run.Item1, StringComparer.Ordinal),
    ];

    /// <summary>What is no run: pictures, and folders that hold none, by their page.</summary>
    private static IEnumerable<string> Beside() =>
        Directory.EnumerateFileSystemEntries(Examples).Where(entry => Path.GetFileName(entry) != "README.md")
            .Where(entry => !Directory.Exists(entry) || !Directory.EnumerateFiles(entry, RunFiles.Manifest, SearchOption.AllDirectories).Any())
            .Select(entry => Directory.Exists(entry) ? $"{Path.GetFileName(entry)}/README.md" : Path.GetFileName(entry)).Order(StringComparer.Ordinal);

    private static string HostOf(HostFacts host) => $"{host.CpuModel}, {host.CpusAllowed} CPUs, Linux {host.Kernel}";
}
