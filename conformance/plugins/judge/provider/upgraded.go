package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// upgraded had an attribute "title" in version 0 of its schema, which is "name" in version 2.
type upgraded struct{}

type upgradedModel struct {
	ID   types.String `tfsdk:"id"`
	Name types.String `tfsdk:"name"`
}

func newUpgraded() resource.Resource { return &upgraded{} }

func (*upgraded) Metadata(_ context.Context, _ resource.MetadataRequest, out *resource.MetadataResponse) {
	out.TypeName = "judge_upgraded"
}

func (*upgraded) Schema(_ context.Context, _ resource.SchemaRequest, out *resource.SchemaResponse) {
	out.Schema = schema.Schema{Version: 2, Attributes: map[string]schema.Attribute{
		"id":   schema.StringAttribute{Computed: true},
		"name": schema.StringAttribute{Required: true},
	}}
}

func (*upgraded) UpgradeState(context.Context) map[int64]resource.StateUpgrader {
	old := schema.Schema{Attributes: map[string]schema.Attribute{
		"id":    schema.StringAttribute{Computed: true},
		"title": schema.StringAttribute{Required: true},
	}}
	return map[int64]resource.StateUpgrader{0: {
		PriorSchema: &old,
		StateUpgrader: func(ctx context.Context, in resource.UpgradeStateRequest, out *resource.UpgradeStateResponse) {
			var was struct {
				ID    types.String `tfsdk:"id"`
				Title types.String `tfsdk:"title"`
			}
			out.Diagnostics.Append(in.State.Get(ctx, &was)...)
			out.Diagnostics.Append(out.State.Set(ctx, &upgradedModel{ID: was.ID, Name: was.Title})...)
		},
	}}
}

func (*upgraded) Create(ctx context.Context, in resource.CreateRequest, out *resource.CreateResponse) {
	var plan upgradedModel
	out.Diagnostics.Append(in.Plan.Get(ctx, &plan)...)
	plan.ID = types.StringValue("upgraded")
	out.Diagnostics.Append(out.State.Set(ctx, &plan)...)
}

func (*upgraded) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (*upgraded) Update(ctx context.Context, in resource.UpdateRequest, out *resource.UpdateResponse) {
	var plan upgradedModel
	out.Diagnostics.Append(in.Plan.Get(ctx, &plan)...)
	plan.ID = types.StringValue("upgraded")
	out.Diagnostics.Append(out.State.Set(ctx, &plan)...)
}

func (*upgraded) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

// destroyPlanner refuses at plan time to be destroyed, while it is locked.
type destroyPlanner struct{}

type destroyPlannerModel struct {
	Locked types.Bool `tfsdk:"locked"`
}

func newDestroyPlanner() resource.Resource { return &destroyPlanner{} }

func (*destroyPlanner) Metadata(_ context.Context, _ resource.MetadataRequest, out *resource.MetadataResponse) {
	out.TypeName = "judge_vault"
}

func (*destroyPlanner) Schema(_ context.Context, _ resource.SchemaRequest, out *resource.SchemaResponse) {
	out.Schema = schema.Schema{Attributes: map[string]schema.Attribute{"locked": schema.BoolAttribute{Required: true}}}
}

func (*destroyPlanner) ModifyPlan(ctx context.Context, in resource.ModifyPlanRequest, out *resource.ModifyPlanResponse) {
	if !in.Plan.Raw.IsNull() {
		return
	}
	var state destroyPlannerModel
	out.Diagnostics.Append(in.State.Get(ctx, &state)...)
	if state.Locked.ValueBool() {
		out.Diagnostics.AddError("Vault is locked", "Unlock it before it is destroyed.")
	}
}

func (*destroyPlanner) Create(ctx context.Context, in resource.CreateRequest, out *resource.CreateResponse) {
	out.State.Raw = in.Plan.Raw
}

func (*destroyPlanner) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (*destroyPlanner) Update(_ context.Context, in resource.UpdateRequest, out *resource.UpdateResponse) {
	out.State.Raw = in.Plan.Raw
}

func (*destroyPlanner) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
