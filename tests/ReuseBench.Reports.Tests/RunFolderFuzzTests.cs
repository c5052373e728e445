using System.IO.Compression;
using ReuseBench.Core;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Shared;

namespace ReuseBench.Reports.Tests;

/// <summary>A folder in which one file is damaged gives its findings, or one line that says what is wrong.</summary>
public sealed class RunFolderFuzzTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("reusebench-fuzz-").FullName;

    public RunFolderFuzzTests()
    {
        foreach (string file in Directory.GetFiles(Repository.RunOfVersion1))
        {
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        }
    }

    public static TheoryData<string> Files =>
        [RunFiles.Manifest, .. Tables.All.Select(t => t.FileName).Where(name => File.Exists(Path.Combine(Repository.RunOfVersion1, name)))];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Files))]
    public void It_has_findings_or_one_line(string name)
    {
        string path = Path.Combine(_folder, name);
        new Mutations(9, File.ReadAllBytes(path)).Try(3, (input, random) =>
        {
            File.WriteAllBytes(path, input);
            try
            {
                _ = Report.Find(new RunAnalysis(RunData.Read(_folder)));
            }
            catch (UsageException e)
            {
                Assert.DoesNotContain('\n', TextFromOutside.Line(e.Message));
            }
        });
    }

    [Fact]
    public void A_histogram_is_one_or_refused() => new Mutations(10, [.. HistogramsOf(Repository.RunOfVersion1)])
        .Try(500, (input, random) => _ = new PhaseHistogram("request", input).Decode(new ResultRow()), typeof(UsageException));

    [Fact]
    public void A_histogram_that_unfolds_to_gigabytes_is_refused()
    {
        using MemoryStream packed = new();
        packed.Write([0x1c, 0x84, 0x93, 0x14, 0, 0, 0, 0]);
        using (ZLibStream zlib = new(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            byte[] block = new byte[1 << 20];
            for (int megabyte = 0; megabyte < 512; megabyte++)
            {
                zlib.Write(block);
            }
        }

        string message = Assert.Throws<UsageException>(() => new PhaseHistogram("request", packed.ToArray()).Decode(new ResultRow())).Message;
        Assert.Contains("larger than any histogram", message, StringComparison.Ordinal);
    }

    private static IEnumerable<byte[]> HistogramsOf(string folder) =>
        Tables.Histograms.Read(folder).Take(20).Select(r => Convert.FromBase64String(r.HdrV2Base64));
}
