using System.Text;
using ReuseBench.Bench.Matrices;
using ReuseBench.Core;
using ReuseBench.Shared;

namespace ReuseBench.Bench.Tests;

public sealed class MatrixFuzzTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), "reusebench-fuzz-" + Path.GetRandomFileName() + ".yaml");

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void A_file_is_a_matrix_or_refused_at_its_place()
    {
        byte[][] matrices =
        [
            .. Directory.GetFiles(Path.Combine(RepositoryRoot.Path, "scripts", "matrices"), "*.yaml")
                .Where(f => new FileInfo(f).Length < 8000).Select(File.ReadAllBytes),
            .. new[]
            {
                "name: a\ngroups:\n  - {variant: [single, shared], workers: 1}\n",
                "groups:\n  - zip: {workers: [2, 4], processes: [2, 4]}\n    variant: reuseport\n    rate: 50%\n",
                "expect: {gap_ms: < 50}\ndefaults: {duration: 1s}\ngroups: [{experiment: restart, restart_method: reuseaddr}]\n",
            }.Select(Encoding.UTF8.GetBytes),
        ];
        new Mutations(7, matrices).Try(100, (input, random) =>
        {
            File.WriteAllBytes(_file, input);
            try
            {
                _ = MatrixReader.Read(_file, new HostSize(2, 1));
            }
            catch (UsageException e)
            {
                Assert.StartsWith(_file, e.Message, StringComparison.Ordinal);
            }
        });
    }

    [Fact]
    public void A_filter_is_one_or_refused() => new Mutations(8, Encoding.UTF8.GetBytes("variant=single|shared,workers=2"), Encoding.UTF8.GetBytes("a!=b"))
        .Try(500, (input, random) => _ = CellFilter.Parse([Encoding.UTF8.GetString(input)]), typeof(UsageException));
}
