namespace ReuseBench.Linux.Tests;

public sealed class ProcessFileTests
{
    [Fact]
    public void A_status_is_read_and_its_name_cannot_confuse_it()
    {
        ProcessStatus status = ProcessStatus.Parse(Captured.Text("status-6.18.txt"));
        Assert.Equal(new ProcessStatus(1960, 1968, 3, 150, 7, "0-1"), status);
    }

    [Fact]
    public void What_a_status_does_not_say_is_null() =>
        Assert.Equal(new ProcessStatus(null, null, null, null, null, null), ProcessStatus.Parse("Name:\tkthreadd\n"));

    [Fact]
    public void The_times_are_found_behind_any_name()
    {
        ProcessCpu cpu = ProcessCpu.Parse(
            "12838 (a) b (c) R 12824 12824 3910 0 -1 4194304 102 0 0 0 31 32 0 0 20 0 4 0 278530 3133440");
        Assert.Equal(new ProcessCpu(31, 32, 4), cpu);
        Assert.Throws<FormatException>(() => ProcessCpu.Parse("1 (x) R 1 2"));
    }

    [Fact]
    public void This_process_can_be_read()
    {
        ProcessStatus status = ProcessStatus.Read();
        Assert.InRange(status.ResidentKiB!.Value, 1, status.PeakResidentKiB!.Value);
        Assert.InRange(ProcessCpu.Read().Threads, 1, 10_000);
        Assert.Equal(100, ProcessCpu.TicksPerSecond);
    }

    [Fact]
    public void The_model_is_named_by_the_kernel_or_by_its_numbers()
    {
        Assert.Equal("AMD EPYC", CpuInfo.ParseModelName(Captured.Text("cpuinfo-x64.txt")));
        Assert.Null(CpuInfo.ParseModelName("processor\t: 0\n"));
        Assert.Equal("implementer 0x41, part 0xd0c", CpuInfo.ParseModelName(Captured.Text("cpuinfo-arm64.txt")));
    }
}
