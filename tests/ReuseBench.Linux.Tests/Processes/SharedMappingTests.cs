namespace ReuseBench.Linux.Tests;

public sealed class SharedMappingTests
{
    [Fact]
    public void A_new_mapping_is_zero_and_of_fixed_size()
    {
        using SharedMapping mapping = SharedMapping.CreateAnonymous("fixed", 10_000);
        Assert.Equal(10_000, mapping.Length);
        Assert.Equal(-1, mapping.Bytes.IndexOfAnyExcept((byte)0));
        Assert.Equal(-ErrnoCode.EPERM, LibC.Result(LibC.ftruncate(mapping.Fd, 1)));
        Assert.Equal(-ErrnoCode.EPERM, LibC.Result(LibC.ftruncate(mapping.Fd, 20_000)));
    }

    [Fact]
    public void Two_mappings_of_one_memory_see_each_other()
    {
        using SharedMapping first = SharedMapping.CreateAnonymous("two", 4096);
        using SharedMapping second = SharedMapping.Open(first.Path, 4096);
        Interlocked.Increment(ref first.At<long>(64));
        Interlocked.Increment(ref second.At<long>(64));
        Assert.Equal(2, first.At<long>(64));
    }

    [Fact]
    public void What_is_mapped_outlives_the_maker()
    {
        SharedMapping first = SharedMapping.CreateAnonymous("outlive", 4096);
        first.At<int>(0) = 7;
        using SharedMapping second = SharedMapping.Open(first.Path, 4096);
        first.Dispose();
        Assert.Equal(7, second.At<int>(0));
        Assert.Throws<ObjectDisposedException>(() => first.Bytes.Length);
    }

    [Fact]
    public void More_than_there_is_cannot_be_mapped()
    {
        using SharedMapping mapping = SharedMapping.CreateAnonymous("small", 4096);
        LinuxException error = Assert.Throws<LinuxException>(() => SharedMapping.Open(mapping.Path, 8192));
        Assert.Contains("it holds 4096 bytes, 8192 are asked for", error.Message);
    }

    [Fact]
    public void A_maker_that_is_gone_is_ENOENT() => Assert.Equal(
        ErrnoCode.ENOENT, Assert.Throws<LinuxException>(() => SharedMapping.Open("/proc/2147483647/fd/3", 1)).Errno.Code);

    [Theory]
    [InlineData(-8)] // before the start
    [InlineData(4089)] // reaches beyond the end
    [InlineData(4096)] // beyond the end
    [InlineData(4)] // a torn word
    public void A_value_lies_inside_and_aligned(long offset)
    {
        using SharedMapping mapping = SharedMapping.CreateAnonymous("bounds", 4096);
        Assert.Throws<ArgumentOutOfRangeException>(() => mapping.At<long>(offset));
    }
}
